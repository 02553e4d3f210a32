# Build
FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libcurl4-openssl-dev libssl-dev libyaml-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
# Dependencies first: they change less often than the sources.
COPY Package.* ./
RUN swift package resolve
# Package.swift names the folders of tests, so they must be there.
COPY Sources ./Sources
COPY Tests ./Tests
RUN swift build -c release --product bedrock-gateway --static-swift-stdlib \
    && install -D -s .build/release/bedrock-gateway /product/bedrock-gateway

# Run
FROM debian:12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libcurl4 libssl3 libyaml-0-2 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /product/bedrock-gateway /usr/local/bin/bedrock-gateway
COPY models.yaml /etc/bedrock-gateway/models.yaml
# Any user id will do, and nothing is ever written: `--user` and `--read-only` are welcome.
USER 65532:65532
WORKDIR /
# Docker lets a container's unprivileged processes open low ports since 20.10. Where the engine does not, set HTTP_PORT to
# 1024 or above.
EXPOSE 88
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s --retries=3 CMD ["bedrock-gateway", "health"]
ENTRYPOINT ["bedrock-gateway"]
CMD ["serve"]
