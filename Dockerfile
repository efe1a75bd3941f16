# The exporter on Debian 13, with the distribution's libraries.
#   docker build -t vprotect_exporter .
#   docker run -p 9777:9777 -v ./config.yaml:/etc/vprotect_exporter/config.yaml:ro vprotect_exporter

FROM debian:trixie-slim AS build
WORKDIR /source
# On its own, so that a change of a source does not fetch the packages again.
COPY scripts/packages.sh scripts/packages.sh
RUN scripts/packages.sh build
COPY . .
RUN cmake --preset release -DBUILD_TESTING=OFF \
 && cmake --build --preset release \
 && cmake --install build/release --strip --prefix /image/usr

FROM debian:trixie-slim
# What the program is linked with; ca-certificates for the server's TLS certificate.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      ca-certificates libcpp-httplib0.18 libcurl4t64 libprometheus-cpp-core1.0 libspdlog1.15 libyaml-cpp0.8 zlib1g libisal2 \
      libpq5 libsoci-core4.0 libsoci-postgresql4.0 libsoci-sqlite3-4.0 libsqlite3-0 libcrypt1 libssl3t64 libre2-11 \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -m 750 -o 65532 -g 65532 /var/lib/vprotect_exporter
COPY --from=build /image/ /
# What must survive a restart: sqlite:///var/lib/vprotect_exporter/exporter.db
VOLUME /var/lib/vprotect_exporter
# Numeric, so that Kubernetes' runAsNonRoot can tell that it is not root.
USER 65532:65532
EXPOSE 9777
# Asks --web.listen-address' default, without TLS; when you give another, or --web.config.file, give it to the health
# check too.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/usr/bin/vprotect_exporter", "--health.check"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/vprotect_exporter"]
CMD ["--config.file=/etc/vprotect_exporter/config.yaml"]
