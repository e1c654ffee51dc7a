# Where the llama.cpp source tree comes from, in this order:
#   1. -DRECKON_LLAMA_SOURCE=dir     a local tree, used as it is;
#   2. -DRECKON_LLAMA_GIT_TAG=ref    a tag, branch or commit of RECKON_LLAMA_GIT_URL, cloned;
#   3. the cache folder              left there by an earlier configure of any clone;
#   4. pip                           the pinned Python source archive, which carries the whole tree;
#   5. git                           the same commit, for people whose pip cannot get the archive.
# Results of 2, 4 and 5 live in $RECKON_HOME/sources, $XDG_CACHE_HOME/reckon/sources or
# ~/.cache/reckon/sources and never in the repository. docs/decisions/0001 says why it is done so.
set(RECKON_LLAMA_PACKAGE llama-cpp-python)
set(RECKON_LLAMA_PACKAGE_VERSION 0.3.36)
set(RECKON_LLAMA_PACKAGE_SHA256 832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e)
set(RECKON_LLAMA_PINNED_COMMIT 0c1e57098)  # what that archive contains, by its change log

set(RECKON_LLAMA_GIT_TAG "" CACHE STRING "Use this llama.cpp tag, branch or commit instead of the pinned archive")
set(RECKON_LLAMA_GIT_URL "https://github.com/ggml-org/llama.cpp" CACHE STRING "Where llama.cpp is cloned from, when it is")

# The folder for downloaded sources; falls back to the build folder when there is no home.
function(reckon_sources_folder out)
  if(NOT "$ENV{RECKON_HOME}" STREQUAL "")
    set(folder "$ENV{RECKON_HOME}/sources")
  elseif(NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
    set(folder "$ENV{XDG_CACHE_HOME}/reckon/sources")
  elseif(NOT "$ENV{HOME}" STREQUAL "")
    set(folder "$ENV{HOME}/.cache/reckon/sources")
  else()
    set(folder "${PROJECT_BINARY_DIR}/sources")
  endif()
  file(TO_CMAKE_PATH "${folder}" folder)
  get_filename_component(folder "${folder}" ABSOLUTE BASE_DIR "${PROJECT_BINARY_DIR}")
  set(${out} "${folder}" PARENT_SCOPE)
endfunction()

function(reckon_is_llama_tree folder out)
  set(${out} OFF PARENT_SCOPE)
  if(EXISTS "${folder}/CMakeLists.txt" AND EXISTS "${folder}/include/llama.h" AND EXISTS "${folder}/ggml/CMakeLists.txt"
     AND EXISTS "${folder}/common/jinja/runtime.cpp")
    set(${out} ON PARENT_SCOPE)
  endif()
endfunction()

# Downloads and unpacks into `target`, by way of a temporary sibling that is renamed at the end, so
# that an interrupted configure leaves nothing that looks finished. `error` is empty on success.
function(reckon_llama_from_pip target error)
  find_program(RECKON_PYTHON NAMES python3 python)
  mark_as_advanced(RECKON_PYTHON)
  if(NOT RECKON_PYTHON)
    set(${error} "python3 is not installed" PARENT_SCOPE)
    return()
  endif()
  set(requirement "${RECKON_LLAMA_PACKAGE}==${RECKON_LLAMA_PACKAGE_VERSION}")
  set(work "${target}.partial")
  file(REMOVE_RECURSE "${work}")
  file(MAKE_DIRECTORY "${work}")
  message(STATUS "Getting llama.cpp from the Python source archive ${requirement} (75 MB)")
  # pip prepares the metadata of a source archive even for a mere download: a few seconds, nothing is installed.
  execute_process(
    COMMAND "${RECKON_PYTHON}" -m pip download --no-deps --no-binary ${RECKON_LLAMA_PACKAGE}
            --disable-pip-version-check --dest "${work}" ${requirement}
    RESULT_VARIABLE code OUTPUT_FILE "${target}.log" ERROR_FILE "${target}.log")
  file(GLOB archive "${work}/*.tar.gz")
  if(NOT code EQUAL 0 OR NOT archive)
    file(REMOVE_RECURSE "${work}")
    set(${error} "pip could not download ${requirement} (exit code ${code}; its output is in ${target}.log)" PARENT_SCOPE)
    return()
  endif()
  file(SHA256 "${archive}" digest)
  if(NOT digest STREQUAL RECKON_LLAMA_PACKAGE_SHA256)
    file(REMOVE_RECURSE "${work}")
    set(${error} "the archive of ${requirement} has SHA-256 ${digest}, expected ${RECKON_LLAMA_PACKAGE_SHA256}" PARENT_SCOPE)
    return()
  endif()
  # The models and docs folders are two thirds of the tree and no part of any build.
  file(ARCHIVE_EXTRACT INPUT "${archive}" DESTINATION "${work}" PATTERNS
    "*/vendor/llama.cpp/CMakeLists.txt" "*/vendor/llama.cpp/LICENSE" "*/vendor/llama.cpp/AUTHORS"
    "*/vendor/llama.cpp/cmake/*" "*/vendor/llama.cpp/common/*" "*/vendor/llama.cpp/ggml/*"
    "*/vendor/llama.cpp/include/*" "*/vendor/llama.cpp/licenses/*" "*/vendor/llama.cpp/scripts/*.cmake"
    "*/vendor/llama.cpp/src/*" "*/vendor/llama.cpp/tools/*" "*/vendor/llama.cpp/vendor/*")
  file(GLOB tree "${work}/*/vendor/llama.cpp")
  file(REMOVE_RECURSE "${target}")
  file(RENAME "${tree}" "${target}")
  file(REMOVE_RECURSE "${work}" "${target}.log")
  set(${error} "" PARENT_SCOPE)
endfunction()

function(reckon_llama_from_git target ref error)
  find_program(RECKON_GIT NAMES git)
  mark_as_advanced(RECKON_GIT)
  if(NOT RECKON_GIT)
    set(${error} "git is not installed" PARENT_SCOPE)
    return()
  endif()
  set(work "${target}.partial")
  file(REMOVE_RECURSE "${work}")
  message(STATUS "Getting llama.cpp at ${ref} from ${RECKON_LLAMA_GIT_URL}")
  # Without blobs, so that any tag or (short) commit can be named and only its own files are fetched.
  execute_process(
    COMMAND "${RECKON_GIT}" clone --quiet --filter=blob:none --no-checkout "${RECKON_LLAMA_GIT_URL}" "${work}"
    RESULT_VARIABLE code ERROR_VARIABLE output)
  if(code EQUAL 0)
    execute_process(
      COMMAND "${RECKON_GIT}" -C "${work}" -c advice.detachedHead=false checkout --quiet "${ref}"
      RESULT_VARIABLE code ERROR_VARIABLE output)
  endif()
  if(NOT code EQUAL 0)
    file(REMOVE_RECURSE "${work}")
    string(STRIP "${output}" output)
    set(${error} "git could not get ${ref} from ${RECKON_LLAMA_GIT_URL}: ${output}" PARENT_SCOPE)
    return()
  endif()
  file(REMOVE_RECURSE "${target}")
  file(RENAME "${work}" "${target}")
  set(${error} "" PARENT_SCOPE)
endfunction()

# Sets `out` to a complete source tree or stops the configure with what to do.
function(reckon_find_llama out)
  if(RECKON_LLAMA_SOURCE)
    get_filename_component(tree "${RECKON_LLAMA_SOURCE}" ABSOLUTE BASE_DIR "${PROJECT_SOURCE_DIR}")
    reckon_is_llama_tree("${tree}" complete)
    if(NOT complete)
      message(FATAL_ERROR "RECKON_LLAMA_SOURCE=${RECKON_LLAMA_SOURCE} is not a llama.cpp source tree with common/jinja")
    endif()
    set(${out} "${tree}" PARENT_SCOPE)
    return()
  endif()

  reckon_sources_folder(folder)
  file(MAKE_DIRECTORY "${folder}")
  # Two clones configured at the same time: the second waits and then finds the tree.
  file(LOCK "${folder}/llama.lock" GUARD FUNCTION TIMEOUT 900)
  if(RECKON_LLAMA_GIT_TAG)
    string(MAKE_C_IDENTIFIER "${RECKON_LLAMA_GIT_TAG}" suffix)
    set(tree "${folder}/llama.cpp-git-${suffix}")
  else()
    string(SUBSTRING "${RECKON_LLAMA_PACKAGE_SHA256}" 0 12 suffix)
    set(tree "${folder}/llama.cpp-${RECKON_LLAMA_PACKAGE_VERSION}-${suffix}")
  endif()

  reckon_is_llama_tree("${tree}" complete)
  if(NOT complete AND RECKON_LLAMA_GIT_TAG)
    reckon_llama_from_git("${tree}" "${RECKON_LLAMA_GIT_TAG}" git_error)
  elseif(NOT complete)
    reckon_llama_from_pip("${tree}" pip_error)
    if(pip_error)
      message(WARNING "${pip_error}; trying git instead")
      reckon_llama_from_git("${tree}" "${RECKON_LLAMA_PINNED_COMMIT}" git_error)
    endif()
  endif()
  if(git_error)
    message(FATAL_ERROR "No llama.cpp source. ${git_error}\n"
      "Give a local tree with -DRECKON_LLAMA_SOURCE=dir, or build without it: -DRECKON_WITH_LLAMA=OFF")
  endif()
  reckon_is_llama_tree("${tree}" complete)
  if(NOT complete)
    message(FATAL_ERROR "${tree} is not a complete llama.cpp tree; delete it and configure again")
  endif()
  set(${out} "${tree}" PARENT_SCOPE)
endfunction()
