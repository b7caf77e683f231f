"""Cards, Croissant descriptions and shareable ids of datasets, and comparisons with other labs."""


include: "inputs/cards.smk"


rule card:
    input:
        listing="results/{dataset}/listing.parquet",
        samples="results/{dataset}/samples.parquet",
        rejects="results/{dataset}/rejects.parquet",
        images=standard_images,
        leakage=leakage_file,
        paper=shipped("resources/paper_reference.json"),
        code=code_of("card.py"),
    output:
        facts="results/{dataset}/card.json",
        card="results/{dataset}/card.md",
        croissant="results/{dataset}/croissant.json",
        ids="results/{dataset}/ids.parquet",
    log:
        "logs/card/{dataset}.log",
    conda:
        "../../envs/data.yaml"
    params:
        about=about,
    script:
        "../scripts/card.py"


# Count the texts that each encoder truncates, so that tables do not depend on embeddings.
rule text_lengths:
    input:
        embeddings=texts_of_study,
        code=code_of("text_lengths.py"),
    output:
        "results/texts.json",
    log:
        "logs/text_lengths.log",
    conda:
        "../../envs/report.yaml"
    script:
        "../scripts/text_lengths.py"


rule comparison:
    input:
        ours="results/{dataset}/ids.parquet",
        theirs=ids_of_others,
        code=code_of("comparison.py"),
    output:
        changes="results/{dataset}/comparison.parquet",
        counts="results/{dataset}/comparison.json",
    log:
        "logs/comparison/{dataset}.log",
    wildcard_constraints:
        dataset=one_of(COMPARED),
    conda:
        "../../envs/data.yaml"
    script:
        "../scripts/comparison.py"


rule compare_ids:
    input:
        all_comparisons,
    localrule: True
