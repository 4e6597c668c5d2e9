"""`python -m conformance.compare`: what differs between two runs, two DIALs, or two deployments.

* It ends with 1 if something got worse: a requirement is newly violated; what passed could not run, is not proven, not
  claimed or not checked; a deployment or requirement is gone; the listing no longer claims a feature
  (`change_kinds.py`). Else it ends with 0, and with 4 if a report cannot be read.
* A SHOULD fails it with `--fail-on=should`, as in a run. A schema may change, so that fails it only with
  `--fail-on-schema`, if it allows less or may allow less. Cost and time never do.
* Checks are compared by requirement, deployment and case. Where a schema gives other cases, those that only one report
  has are compared by the worst of them.
"""
