#!/bin/sh
# Options, and names that are no command, are meant for node, as in the public image.
case "$1" in
  -*) set -- node "$@" ;;
  *) command -v "$1" >/dev/null 2>&1 && [ ! -f "$1" -o -x "$1" ] || set -- node "$@" ;;
esac
exec "$@"
