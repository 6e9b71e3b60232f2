#!/usr/bin/env bash
# Builds both applications: the product into dist, the demonstration into dist/demonstration. They share the document, except for the program that it loads.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
trunk build --release
sed 's/data-bin="ui"/data-bin="demonstration"/; s#[.]bundle/ui[.]css#.bundle/demonstration.css#' index.html >.demonstration.html
trunk build --release --dist dist/demonstration --public-url /demonstration/ --html-output index.html .demonstration.html
# The server compresses files itself if this tool is missing, fast and so 10 % larger.
if command -v brotli >/dev/null; then
    find dist -type f ! -name '*.br' -exec brotli --force --quality=11 --keep {} +
fi
# Only a build that got this far counts as one.
touch .built
