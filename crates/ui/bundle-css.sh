#!/bin/sh
# Concatenates the CSS: tokens, then base, then the file of each component, which is next to its Rust source. Only the demonstration needs that of its own pages.
set -eu
cd "$(dirname "$0")"
mkdir -p .bundle
# shellcheck disable=SC2046 # The names of our files contain no spaces.
cat css/tokens.css css/base.css \
    $(find src -name '*.css' ! -path 'src/pages/tokens/*' ! -path 'src/pages/explainer/*' | LC_ALL=C sort) > .bundle/ui.css
cat .bundle/ui.css src/pages/tokens/*.css src/pages/explainer/*.css > .bundle/demonstration.css
