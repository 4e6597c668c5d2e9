"""`python -m conformance.merge`: the reports of the shards of one run become the report of that run.

* Each shard checks the DIAL itself too. Of such results one is kept: the worst, by what a run's exit code follows.
* Requests, completions and cost are added up; the run took as long as its slowest shard; the worst exit code counts.
* A missing shard, one that is given twice, and reports of different DIALs, suites or requirements are refused, for a
  merged report must not look whole if it is not. `--allow-partial` merges without the missing ones; what would have
  passed (0) is then incomplete (10). Such a report can be merged with the others later.
* If deployments came or went while the shards were checked, the parts do not fit together: the merge says so.
"""
