# The suite with its recorded sets. Without arguments it replays one: no DIAL, no key, no network.
# `docker run -e DIAL_URL -e DIAL_API_KEY IMAGE --live --dial-deployment=NAME` checks a DIAL.

FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY conformance conformance
COPY docs docs
RUN python -m pip wheel --no-cache-dir --no-deps --wheel-dir /dist . \
    && python -m venv /opt/dial-conformance \
    && /opt/dial-conformance/bin/python -m pip install --no-cache-dir /dist/*.whl

FROM python:3.11-slim
COPY --from=build /opt/dial-conformance /opt/dial-conformance
COPY cassettes /dial-conformance/cassettes
# nothing is written but to /tmp and what --report-json and the like name: the root file system may be read-only
ENV PATH="/opt/dial-conformance/bin:$PATH" \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PYTEST_ADDOPTS=-ocache_dir=/tmp/.pytest_cache
WORKDIR /dial-conformance
# a number, because Kubernetes cannot tell whether a name is root
USER 10001:10001
# a run that is stopped takes back what it wrote, as after Ctrl-C; without a handler, SIGTERM does nothing to process 1
STOPSIGNAL SIGINT
ENTRYPOINT ["dial-conformance"]
