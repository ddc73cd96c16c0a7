# docker build --tag alvh .
# docker run --rm --user "$(id -u)" --volume "$PWD:/work" alvh             # the main job; results in ./reports
# docker run --rm --user "$(id -u)" --volume "$PWD:/work" alvh data check DATASET

FROM rust:1-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --profile dist --locked -p alvh

FROM debian:bookworm-slim
RUN useradd --create-home alvh && mkdir /work && chown alvh /work
COPY --from=build /src/target/dist/alvh /usr/local/bin/alvh
USER alvh
# A dataset unpacked from the program is kept here.
ENV XDG_CACHE_HOME=/tmp/cache
WORKDIR /work
ENTRYPOINT ["alvh"]
