"""`python -m tests.compatibility`: the same verdicts wherever the suite is installed, and beside other plugins.

It needs Python, git and what pip needs, and makes each environment from nothing:

* the newest Python that is to be had, with the newest of everything; after the first rows also with the plugins;
* the same Python with pytest 9.0;
* the oldest Python, with the newest of everything;
* the oldest Python, with the lowest version of each dependency that pyproject.toml allows.

In each the recorded sets are replayed, by `pytest` in a copy of the project and by `python -m conformance` in another
folder. The JSON reports must be those of the first environment, times apart. A plugin is loaded alone (`-p NAME`, with
pytest's autoload off), then all of them together. What is not to be had on this machine is said, and fails nothing.
"""
