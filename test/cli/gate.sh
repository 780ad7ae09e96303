#!/bin/sh
# The gate as a CI job would run it: a folder with a configuration and snapshots, and every outcome by its exit code.
# Usage: gate.sh HEAPSTAT SNAPSHOTS WORK   (the command's file, the folder of the fixtures, an empty folder)
set -eu
heapstat=$1
snapshots=$2
cd "$3"

fail() {
  echo "FAIL: $1"
  sed 's/^/  | /' out err
  exit 1
}

# expect CODE PATTERN ARGUMENTS...: the exit code, and a line of either output
expect() {
  code=$1
  pattern=$2
  shift 2
  status=0
  node "$heapstat" check "$@" >out 2>err || status=$?
  [ "$status" = "$code" ] || fail "exit code $status instead of $code: check $*"
  cat out err | grep -q -- "$pattern" || fail "no line with $pattern: check $*"
  echo "ok: $code $pattern"
}

before=$snapshots/leak-before.heapsnapshot.gz
after=$snapshots/leak-after.heapsnapshot.gz
final=$snapshots/leak-final.heapsnapshot.gz
other=$snapshots/node26.heapsnapshot.gz

# 0: all budgets hold; 1: one does not, by the options and by the configuration
expect 0 '^PASSED: 1 budget$' "$after" "$final" --filter CachedResponse --max-growth-count 0
expect 1 '^FAILED  CachedResponse: growth in objects 1,500, 1,500 more than the 0 allowed$' \
  "$before" "$after" --filter CachedResponse --max-growth-count 0
mkdir ci
cat >ci/heapstat.config.json <<EOF
{
  "snapshots": ["$before", "$after"],
  "operations": 500,
  "budgets": [
    { "filter": "CachedResponse", "maxGrowthPerOperation": "100B" },
    { "name": "all of it", "maxSize": "20MB", "maxGrowthPercent": 50 },
    { "filter": ["ResponseCache"], "maxRetainedSize": "2MB" },
    { "maxDetached": 0 }
  ]
}
EOF
expect 1 '^FAILED  CachedResponse: growth per operation 168 B, 68 B more than the 100 B allowed$' --config ci/heapstat.config.json
expect 0 '^PASSED: 5 budgets$' --config ci/heapstat.config.json "$after" "$final"

# A baseline: written, compared with, the same when written again
expect 0 '^Wrote heap.baseline.json: ' "$before" --baseline heap.baseline.json --update-baseline
cp heap.baseline.json first.json
expect 0 '^Wrote heap.baseline.json: ' "$before" --baseline heap.baseline.json --update-baseline
cmp first.json heap.baseline.json || fail 'the baseline is not the same the second time'
expect 0 '^PASSED: 1 budget$' "$before" --baseline heap.baseline.json --max-growth 0
expect 1 '^Growth is from heap.baseline.json$' "$after" --baseline heap.baseline.json --max-growth-percent 5

# Inconclusive: 1, unless allowed
expect 1 '^INCONCLUSIVE  the heap: growth not known (allowed: 1.0 MB)' "$other" --baseline heap.baseline.json --max-growth 1MB
expect 0 '^INCONCLUSIVE: 1 of 1 budget, which is allowed$' \
  "$other" --baseline heap.baseline.json --max-growth 1MB --allow-inconclusive
expect 1 'the noise is larger than the budget' "$before" "$after" --control "$after,$final" --max-growth 100kB

# Suspects, in the words of heapstat leaks, with what shows the way
expect 1 '^FAILED  the heap: leak suspects [1-9]' "$before" "$after" "$final" --max-suspects 0
grep -q '^  1,500 CachedResponse .*ResponseCache' out || fail 'the leak is not named'
grep -q '^    heapstat why ' out || fail 'no command that shows the way'
expect 1 '^INCONCLUSIVE  the heap: leak suspects not known' "$other" "$after" --max-suspects 0
expect 1 'one snapshot cannot tell what grows' "$after" --max-suspects 0

# 2: wrong use, mistakes in the configuration with their place; 3: what cannot be read
expect 2 'there is nothing to check' "$before" "$after"
expect 2 'there are no snapshots to check' --max-size 1MB
expect 2 'filter is for the budgets given as options' "$before" --filter x --config ci/heapstat.config.json
echo '{ "budgets": [{ "maxSize": "20MB" }, { "maxSise": 1 }] }' >wrong.json
expect 2 '^heapstat: wrong.json: a key of budgets\[1\] should be one of .*, but is "maxSise"$' --config wrong.json
expect 3 'cannot read missing.json: there is no such file' --config missing.json
expect 3 'cannot read missing.heapsnapshot' missing.heapsnapshot --max-size 1MB
echo '{}' >nothing.json
expect 3 'nothing.json is no baseline' "$before" --baseline nothing.json --max-growth 1MB

# Several forms at once, and GitHub's step summary, which is added to
echo 'before' >summary.md
GITHUB_STEP_SUMMARY=$PWD/summary.md
export GITHUB_STEP_SUMMARY
expect 1 '^::error file=ci/heapstat.config.json,title=heapstat%3A failed::CachedResponse: growth per operation' \
  --config ci/heapstat.config.json --format github --format junit=heap.xml --format sarif=heap.sarif --format markdown=heap.md \
  --format plain=heap.log --format json=heap.json
[ "$(head -n 1 summary.md)" = before ] || fail 'the step summary was not added to'
sed 1d summary.md | cmp - heap.md || fail 'the step summary is not the Markdown'
grep -q '<failure message="168 B, ' heap.xml || fail 'no failure in heap.xml'
grep -q '"ruleId":"growth-per-operation"' heap.sarif || fail 'no result in heap.sarif'
grep -q '^FAILED: 1 of 5 budgets$' heap.log || fail 'no verdict in heap.log'
grep -q '"outcome":"failed"' heap.json || fail 'no outcome in heap.json'
echo done
