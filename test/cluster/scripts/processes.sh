# Start, stop and wait for the cluster's own processes, by the ids written at their start; sourced by the steps.
# shellcheck shell=bash

# The kernel's start time of a process (clock ticks since boot): a process id alone may belong to a stranger by now.
start_time() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# In the environment of every process of this cluster, and of nothing else: finds those whose start was cut short.
process_mark="KUBECLAW_CLUSTER_PROCESS_OF=$state"

# start_process NAME COMMAND...: in a session of its own, output in logs/NAME.log, "id start-time" in pids/NAME.
start_process() {
  local name="$1"
  shift
  mkdir -p "$pids" "$logs"
  env "$process_mark" setsid "$@" </dev/null >"$logs/$name.log" 2>&1 8>&- 9>&- &
  printf '%s %s\n' "$!" "$(start_time "$!")" >"$pids/$name"
}

process_runs() { # NAME
  local id started
  read -r id started 2>/dev/null <"$pids/$1" || return 1
  [[ -n "$started" && "$(start_time "$id")" == "$started" && "$(sed 's/.*) //' "/proc/$id/stat" 2>/dev/null)" != Z* ]]
}

# stop_process NAME: asks, waits up to 5 s, then kills; nothing happens if it does not run.
stop_process() {
  local id
  if process_runs "$1"; then
    read -r id _ <"$pids/$1"
    kill "$id" 2>/dev/null || true
    for _ in $(seq 100); do
      process_runs "$1" || break
      sleep 0.05
    done
    if process_runs "$1"; then kill -KILL "$id" 2>/dev/null || true; fi
  fi
  rm -f "$pids/$1"
}

# Kills what carries the mark: processes without a pid file, and the shims, which inherit it from containerd and outlive it.
kill_marked() {
  local folder
  for folder in /proc/[0-9]*; do
    if grep -qzxF "$process_mark" "$folder/environ" 2>/dev/null; then kill -KILL "${folder#/proc/}" 2>/dev/null || true; fi
  done
}

# wait_until SECONDS PROCESS COMMAND...: until the command succeeds; when the time is over or the process has died, says why.
wait_until() {
  local deadline=$((SECONDS + $1)) name="$2"
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ! process_runs "$name" || ((SECONDS >= deadline)); then
      say "$name is not ready; the end of $logs/$name.log:"
      tail -n 15 "$logs/$name.log" >&2 || true
      exit 1
    fi
    sleep 0.1
  done
}

# Succeeds when something accepts TCP connections there.
port_open() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; } # ADDRESS PORT

# Prints the first free TCP port from a given one on.
free_port() {
  local port="$1"
  while [[ -n "$(ss -Htln "sport = :$port")" ]]; do port=$((port + 1)); done
  printf '%s' "$port"
}
