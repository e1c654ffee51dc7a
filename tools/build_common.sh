# Shared by ./quickstart and ./check; sourced, never run. Defines step, fail and build_reckon.
build_folder="${RECKON_BUILD_FOLDER:-build}"
started=$SECONDS

if [[ -t 1 && -z "${NO_COLOR:-}" ]]; then
  bold=$'\e[1m' plain=$'\e[0m'
else
  bold='' plain=''
fi

step() { printf '%s==> %s%s (%d s)\n' "$bold" "$*" "$plain" $((SECONDS - started)); }

# fail MESSAGE [WHAT TO DO]
fail() {
  printf 'error: %s\n' "$1" >&2
  [[ $# -gt 1 ]] && printf '       %s\n' "$2" >&2
  exit 1
}

# configure_reckon CMAKE_ARGUMENTS...: only when there is no finished configuration or something is asked for;
# ninja re-runs CMake by itself when a CMake file or a folder of sources changes.
configure_reckon() {
  if [[ $# -eq 0 ]] && [[ -f "$build_folder/build.ninja" || -f "$build_folder/Makefile" ]]; then
    return
  fi
  local generator=()
  if [[ ! -f "$build_folder/CMakeCache.txt" ]] && command -v ninja >/dev/null; then
    generator=(-G Ninja)
  fi
  cmake -S . -B "$build_folder" "${generator[@]}" "$@" \
    || fail "CMake could not configure the build" "The reason is above; a fresh start is: rm -rf $build_folder"
}

# build_reckon CMAKE_BUILD_ARGUMENTS...
build_reckon() {
  cmake --build "$build_folder" --parallel "$(nproc)" "$@" \
    || fail "the build failed" "The first error above is the cause; on a machine with little memory try fewer jobs: cmake --build $build_folder --parallel 1"
}
