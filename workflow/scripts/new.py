"""Write the config of a new study from a table or folder, and log what was guessed."""

from humancentric.core import logs

log = logs.start(snakemake.log[0])

from pathlib import Path

import yaml

from humancentric.core.files import write_text
from humancentric.core.weights import on_hub
from humancentric.sources import new_study, new_study_config

params = snakemake.params
name, data, images, named = new_study_config.checked(params.given, params.taken, params.encoders)
target = new_study_config.target(name)
published, default = (
    yaml.safe_load(Path(path).read_text(encoding="utf-8"))["study"] for path in snakemake.input.studies
)
encoders = new_study_config.chosen_encoders(named, params.encoders, published)
offline = new_study_config.offline_encoders(params.encoders, default, on_hub)
row, counts, notes = new_study.dataset_row(data, images)
write_text(target, new_study_config.config_text(name, data, row, counts, encoders, offline))
for line in new_study_config.summary(row, counts, notes):
    log.info("%s", line)
command = f"--configfile {target}"
log.info(
    "%s is written: check it; look at the data with: snakemake check_data --cores all %s", target, command
)
if any(on_hub(params.encoders[encoder]) for part in encoders.values() for encoder in part):
    log.info("weights are downloaded once; on a machine with network: snakemake fetch_weights %s", command)
    log.info("without network: remove %s and add encoders=%s to this command", target, ",".join(offline))
log.info("run the study with: snakemake --cores all %s", command)
