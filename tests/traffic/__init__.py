"""HAR files of the stand-in, as a browser and as mitmproxy wrote them; `record.py` makes them anew."""
