"""The workflow stands in workflow/Snakefile; this file lets `snakemake` find it from here."""


include: "workflow/Snakefile"


workflow.default_target = "all"  # an included file cannot set it
