import ast
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from humancentric.core import registry
from humancentric.core.errors import UserError
from humancentric.runtime.code_fingerprint import closure, read, write_closure
from project import ROOT


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    package = tmp_path / "humancentric"
    (package / "kinds").mkdir(parents=True)
    (package / "__init__.py").write_text('"""Package."""\n')
    (package / "core").mkdir()
    (package / "core" / "__init__.py").write_text("")
    (package / "core" / "logs.py").write_text("x = 1\n")
    (package / "a.py").write_text("from humancentric import b\nfrom humancentric.core import logs\n")
    (package / "b.py").write_text(
        '"""Doc."""\n\n\ndef f():\n    """Doc."""\n    from humancentric.kinds import late\n'
    )
    (package / "kinds" / "__init__.py").write_text("")
    (package / "kinds" / "late.py").write_text("from .. import c\n")
    (package / "c.py").write_text("import json\n")
    (package / "unused.py").write_text("y = 2\n")
    (tmp_path / "job.py").write_text("from humancentric.core import logs\nfrom humancentric.a import thing\n")
    return tmp_path


def test_reaches_lazy_relative_and_package_imports_but_no_others(scripts):
    assert set(closure(scripts / "job.py")) == {
        "job",
        "humancentric",
        "humancentric.a",
        "humancentric.b",
        "humancentric.c",
        "humancentric.core",
        "humancentric.kinds",
        "humancentric.kinds.late",
    }


def test_data_beside_a_module_count_as_its_code(scripts):
    data, store = scripts / "humancentric" / "b.toml", scripts / "store.json"
    found = []
    for text in (None, "x = 1\n", "x = 2\n"):
        if text:
            data.write_text(text)
        found.append(closure(scripts / "job.py", library=read(scripts, store)))
    assert len({one["humancentric.b"] for one in found}) == 3
    assert len({one["humancentric.a"] for one in found}) == 1


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
    module.write_text(text)
    assert (closure(scripts / "job.py")["humancentric.b"] == before) is same


def test_what_was_parsed_before_is_looked_up_and_what_changed_is_parsed(scripts, tmp_path, monkeypatch):
    store = tmp_path / "code" / "modules.json"
    first = read(scripts, store)
    assert first == read(scripts)
    parsed = []
    parse = ast.parse
    monkeypatch.setattr(ast, "parse", lambda *given, **named: parsed.append(named) or parse(*given, **named))
    assert {name: tuple(facts) for name, facts in read(scripts, store).items()} == first
    assert not parsed
    (scripts / "humancentric" / "c.py").write_text("import sys\n")
    assert read(scripts, store)["humancentric.c"][0] != first["humancentric.c"][0]
    assert len(parsed) == 1
    store.write_text("{torn")
    assert read(scripts, store).keys() == first.keys()


PACKAGES = [
    "humancentric.embedding.encoders",
    "humancentric.masking.detectors",
    "humancentric.probing.kinds",
]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_of_kinds_reaches_the_modules_of_all_its_kinds(scripts, package):
    root = ROOT / "workflow/scripts"
    (scripts / "user.py").write_text(f"from {package} import load\n")
    found = closure(scripts / "user.py", library=read(root) | read(scripts))
    assert set(registry.kinds(package).values()) <= set(found)


def test_a_kind_s_jobs_do_not_depend_on_other_kinds_unless_it_uses_them():
    package = "humancentric.probing.kinds"

    def modules(kind):
        found = closure(ROOT / "workflow/scripts/transfer.py", kind=(package, kind))
        return {name.removeprefix("humancentric.probing.").removeprefix("kinds.") for name in found}

    assert {"head", "head_training"} <= modules("head")
    assert not {"knn", "gda", "tip", "zero_shot_gda"} & modules("head")
    assert {"zero_shot_gda", "gda"} <= modules("zero-shot-gda")
    assert not {"head", "knn", "tip"} & modules("zero-shot-gda")


def test_a_kind_is_found_by_the_name_of_its_module_and_an_unknown_one_is_refused_by_name():
    package = "humancentric.embedding.encoders"
    assert registry.kinds(package)["sentence-transformers"] == f"{package}.sentence_transformers"
    assert registry.kind_module(package, "tfidf", "encoders.x").__name__ == f"{package}.tfidf"
    with pytest.raises(UserError, match=r"encoders\.x\.kind is 'tf-idf'.*tfidf"):
        registry.kind_module(package, "tf-idf", "encoders.x")


def test_file_is_rewritten_only_when_its_content_changes(scripts, tmp_path):
    target = write_closure(scripts / "job.py", tmp_path / "code")
    first = target.stat().st_mtime_ns
    assert json.loads(target.read_text()) == closure(scripts / "job.py")
    assert write_closure(scripts / "job.py", tmp_path / "code").stat().st_mtime_ns == first


def test_only_the_first_code_of_a_project_is_older_than_any_result(scripts, tmp_path):
    target = write_closure(scripts / "job.py", tmp_path / "code", first=True)
    assert datetime.fromtimestamp(target.stat().st_mtime, UTC).year == 2000
    (scripts / "humancentric" / "c.py").write_text("import sys\n")
    write_closure(scripts / "job.py", tmp_path / "code", first=True)
    assert datetime.fromtimestamp(target.stat().st_mtime, UTC).year > 2000


def test_the_replica_is_left_out_where_a_script_must_not_depend_on_it():
    script = ROOT / "workflow/scripts/crawl_slice.py"
    whole, alone = closure(script), closure(script, without="demo_data.replica")
    assert set(alone) < set(whole)
    assert not [module for module in alone if module.startswith("demo_data.replica")]
    assert {
        "humancentric.sources.tmdb.api",
        "humancentric.sources.tmdb.crawl",
        "humancentric.core.http_client",
    } <= set(alone)


@pytest.mark.parametrize(
    "text", ["[]", "null", "3", '"a"', '{"a": 1}', '{"a": ["x", 1]}', '{"a": ["x", [1]]}', "[" * 9999]
)
def test_a_store_with_other_json_is_made_again(scripts, tmp_path, text):
    store, expected = tmp_path / "modules.json", read(scripts)
    store.write_text(text)
    assert read(scripts, store) == expected
    assert isinstance(json.loads(store.read_text()), dict)


def test_a_store_with_a_changed_fingerprint_is_made_again(scripts, tmp_path):
    store, expected = tmp_path / "modules.json", read(scripts, tmp_path / "modules.json")
    fingerprint = next(iter(expected.values()))[0]
    changed = fingerprint[:-1] + ("1" if fingerprint[-1] == "0" else "0")
    store.write_text(store.read_text().replace(fingerprint, changed))
    assert read(scripts, store) == expected
