"""`dial-conformance history`: what many reports say together, over time and of several DIALs.

* Reports are only read: a folder of them is the database. One is read at a time, and only what is needed of it is kept:
  of each place (a requirement at a deployment, or of the DIAL) one letter for each run.
* The time of a run is when the DIAL answered: when it began, or, of a replay, when its set was recorded.
* Nothing is concluded from what a report does not have: whoever selects a part has a report of a part.
"""
