#!/bin/sh
# Options or a configuration file alone mean redis-server, as in the public image.
case "$1" in
  -* | *.conf) set -- redis-server "$@" ;;
esac
exec "$@"
