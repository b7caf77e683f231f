"""Do encoders trained on images and language together judge human-centric concepts better?"""

from snakemake.utils import min_version

min_version("9.0")


configfile: "config/datasets.yaml"
configfile: "config/encoders.yaml"
configfile: "config/detectors.yaml"
configfile: "config/protocols.yaml"
configfile: "config/prompts.yaml"
configfile: "config/claims.yaml"
configfile: "config/config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/rows.smk"
include: "workflow/rules/paths.smk"
include: "workflow/rules/service.smk"
include: "workflow/rules/duplicates.smk"
include: "workflow/rules/vectors.smk"
include: "workflow/rules/cells.smk"
include: "workflow/rules/audits.smk"
include: "workflow/rules/outputs.smk"
include: "workflow/rules/generate.smk"
include: "workflow/rules/crawl.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/subset.smk"
include: "workflow/rules/leakage.smk"
include: "workflow/rules/masking.smk"
include: "workflow/rules/audit.smk"
include: "workflow/rules/weights.smk"
include: "workflow/rules/embeddings.smk"
include: "workflow/rules/verification.smk"
include: "workflow/rules/transfer.smk"
include: "workflow/rules/fewshot.smk"
include: "workflow/rules/zeroshot.smk"
include: "workflow/rules/cards.smk"
include: "workflow/rules/differences.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/galleries.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/compare.smk"
include: "workflow/rules/graph.smk"
include: "workflow/rules/cluster.smk"
include: "workflow/rules/start.smk"
include: "workflow/rules/targets.smk"


rule all:
    default_target: True
    input:
        final_outputs(),
    localrule: True
