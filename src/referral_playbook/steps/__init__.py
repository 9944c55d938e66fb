"""One module a playbook step: facts and parameters in, a StepResult out."""
