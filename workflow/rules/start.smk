"""What happens between the plan and the first job. The engine keeps one such hook, so all of it stands here."""


onstart:
    ask_slurm()
    record_planned_rules()
