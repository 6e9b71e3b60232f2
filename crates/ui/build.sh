#!/usr/bin/env bash
# Builds both applications: the product into dist, the demonstration into dist/demonstration. They share the document, except for the program that it loads.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
trunk build --release
sed 's/data-bin="ui"/data-bin="demonstration"/' index.html >.demonstration.html
trunk build --release --dist dist/demonstration --public-url /demonstration/ --html-output index.html .demonstration.html
