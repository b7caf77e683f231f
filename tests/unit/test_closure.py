import json
from pathlib import Path

import pytest

from humancentric.closure import closure, write_closure
from project import ROOT


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    package = tmp_path / "humancentric"
    (package / "kinds").mkdir(parents=True)
    (package / "__init__.py").write_text('"""Package."""\n')
    (package / "logs.py").write_text("x = 1\n")
    (package / "a.py").write_text("from humancentric import b, logs\n")
    (package / "b.py").write_text(
        '"""Doc."""\n\n\ndef f():\n    """Doc."""\n    from humancentric.kinds import late\n'
    )
    (package / "kinds" / "__init__.py").write_text("")
    (package / "kinds" / "late.py").write_text("from .. import c\n")
    (package / "c.py").write_text("import json\n")
    (package / "unused.py").write_text("y = 2\n")
    (tmp_path / "job.py").write_text("from humancentric import logs\nfrom humancentric.a import thing\n")
    return tmp_path


def test_reaches_lazy_relative_and_package_imports_but_no_others(scripts):
    assert set(closure(scripts / "job.py")) == {
        "job",
        "humancentric",
        "humancentric.a",
        "humancentric.b",
        "humancentric.c",
        "humancentric.kinds",
        "humancentric.kinds.late",
    }


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ('"""Another."""\n\n\ndef f():\n    from humancentric.kinds import late  # why\n', True),
        ('"""Doc."""\n\n\ndef f():\n    from humancentric.kinds import late\n\n    return 1\n', False),
        ('"""Doc."""\n\n\ndef g():\n    from humancentric.kinds import late\n', False),
    ],
)
def test_only_code_counts(scripts, text, same):
    module = scripts / "humancentric" / "b.py"
    before = closure(scripts / "job.py")["humancentric.b"]
    other = scripts / "other"
    other.mkdir()
    (other / "humancentric").symlink_to(scripts / "humancentric")
    (other / "job.py").write_text((scripts / "job.py").read_text())
    module.write_text(text)
    assert (closure(other / "job.py")["humancentric.b"] == before) is same


def test_file_is_rewritten_only_when_its_content_changes(scripts, tmp_path):
    target = write_closure(scripts / "job.py", tmp_path / "code")
    first = target.stat().st_mtime_ns
    assert json.loads(target.read_text()) == closure(scripts / "job.py")
    assert write_closure(scripts / "job.py", tmp_path / "code").stat().st_mtime_ns == first


def test_the_replica_is_left_out_where_a_script_must_not_depend_on_it():
    script = ROOT / "workflow/scripts/crawl_slice.py"
    whole, alone = closure(script), closure(script, without="humancentric.tmdb.replica")
    assert set(alone) < set(whole)
    assert not [module for module in alone if module.startswith("humancentric.tmdb.replica")]
    assert {"humancentric.tmdb.client", "humancentric.tmdb.listing", "humancentric.web.polite"} <= set(alone)
