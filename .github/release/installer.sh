#!/bin/sh
# Installs alvh @VERSION@:  curl -fsSL @ADDRESS@/alvh-installer.sh | sh
# The program goes to ALVH_INSTALL, or ~/.local/bin. Nothing else is changed; to remove it, delete the file.
set -eu

main() {
    case "$(uname -s)-$(uname -m)" in
        Linux-x86_64) target=x86_64-unknown-linux-gnu ;;
        Linux-aarch64 | Linux-arm64) target=aarch64-unknown-linux-gnu ;;
        Darwin-x86_64) target=x86_64-apple-darwin ;;
        Darwin-arm64) target=aarch64-apple-darwin ;;
        *) fail "there is no archive for $(uname -s) on $(uname -m); build it from source: cargo install --path crates/cli" ;;
    esac
    into="${ALVH_INSTALL:-$HOME/.local/bin}"
    name="alvh-@VERSION@-$target"
    work="$(mktemp -d)"
    trap 'rm -rf "$work"' EXIT
    cd "$work"
    fetch "$name.tar.gz"
    fetch "$name.tar.gz.sha256"
    if command -v sha256sum > /dev/null; then
        sha256sum -c "$name.tar.gz.sha256" > /dev/null || fail "the archive is not the one that was released"
    else
        shasum -a 256 -c "$name.tar.gz.sha256" > /dev/null || fail "the archive is not the one that was released"
    fi
    tar xzf "$name.tar.gz"
    mkdir -p "$into"
    mv "$name/alvh" "$into/alvh"
    "$into/alvh" --version
    echo "installed as $into/alvh"
    case ":$PATH:" in
        *":$into:"*) ;;
        *) echo "$into is not in PATH; add it there" ;;
    esac
}

fetch() {
    if command -v curl > /dev/null; then
        curl -fsSL -o "$1" "@ADDRESS@/$1" || fail "cannot download @ADDRESS@/$1"
    else
        wget -q -O "$1" "@ADDRESS@/$1" || fail "cannot download @ADDRESS@/$1"
    fi
}

fail() {
    echo "alvh installer: $1" >&2
    exit 1
}

# At the end, so that half a download does nothing.
main
