"""Every dataset by its name: `snakemake plotster`, `snakemake plotster-recent`."""

for dataset in DATASETS:
    if not workflow.is_rule(dataset):

        rule:
            name:
                dataset
            input:
                files_of_dataset(dataset),
            localrule: True
