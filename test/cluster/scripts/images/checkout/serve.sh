#!/bin/sh
# The first process of a container gets no default signal actions: without the trap every stop would take 30 s.
trap 'exit 0' TERM INT
echo "version ${VERSION} listens on :8080"
httpd -f -v -p 8080 -h /www &
wait
