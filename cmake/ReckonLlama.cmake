# llama.cpp as targets of this build: `llama`, `ggml` and `reckon_jinja` (chat templates), all static.
# With RECKON_BUILD_PEERS also llama-batched-bench and llama-server, for tools/compare_peers.
# -DGGML_CUDA=ON and every other GGML_ option passes through; GGML_NATIVE is on unless switched off.
include(ReckonLlamaSource)

# Third-party headers must not warn in our strict builds.
function(reckon_mark_headers_as_system)
  foreach(target ${ARGN})
    get_target_property(folders ${target} INTERFACE_INCLUDE_DIRECTORIES)
    if(folders)
      set_property(TARGET ${target} PROPERTY INTERFACE_SYSTEM_INCLUDE_DIRECTORIES ${folders})
    endif()
  endforeach()
endfunction()

# A function, so that none of these settings leaks into our own targets.
function(reckon_add_llama tree)
  set(BUILD_SHARED_LIBS OFF)
  set(CMAKE_EXPORT_COMPILE_COMMANDS OFF)
  unset(CMAKE_CXX_STANDARD)  # theirs to choose, by compile features
  unset(CMAKE_CXX_EXTENSIONS)
  # Quiet but for errors: the one warning of the peers' build is that an archive is no git repository.
  set(CMAKE_MESSAGE_LOG_LEVEL WARNING)
  if(RECKON_BUILD_PEERS)
    set(CMAKE_MESSAGE_LOG_LEVEL ERROR)
  endif()
  foreach(language C CXX CUDA)
    set(CMAKE_${language}_FLAGS "${CMAKE_${language}_FLAGS} -w")
    # Kernels are useless unoptimised, also in our Debug and sanitizer builds.
    foreach(config DEBUG RELWITHDEBINFO MINSIZEREL)
      set(CMAKE_${language}_FLAGS_${config} "${CMAKE_${language}_FLAGS_RELEASE}")
    endforeach()
  endforeach()

  foreach(unused ALL_WARNINGS BUILD_TESTS BUILD_EXAMPLES BUILD_APP BUILD_UI USE_PREBUILT_UI TOOLS_INSTALL OPENSSL LLGUIDANCE)
    set(LLAMA_${unused} OFF)
  endforeach()
  foreach(part COMMON TOOLS SERVER)
    set(LLAMA_BUILD_${part} ${RECKON_BUILD_PEERS})
  endforeach()
  set(GGML_CCACHE OFF)  # the launchers are set in ReckonCompiler

  # The build-info script asks git in the source folder; an unpacked archive has no repository, and a
  # surrounding one (a home folder under version control) would name a wrong commit.
  find_program(reckon_no_git NAMES false)
  mark_as_advanced(reckon_no_git)
  if(NOT EXISTS "${tree}/.git" AND reckon_no_git)
    set(GIT_EXECUTABLE "${reckon_no_git}")
    set(GIT_EXE "${reckon_no_git}")
  endif()
  add_subdirectory("${tree}" "${PROJECT_BINARY_DIR}/llama.cpp" EXCLUDE_FROM_ALL)

  if(NOT RECKON_BUILD_PEERS)  # peers are measured as their authors build them
    reckon_compile_llama_quickly("${tree}/src")
  endif()
  reckon_mark_headers_as_system(llama ggml ggml-base ggml-cpu)
  reckon_add_jinja("${tree}")
  if(RECKON_BUILD_PEERS)
    add_custom_target(reckon_peers ALL DEPENDS llama-batched-bench llama-server)
  endif()
endfunction()

# Loaders, vocabularies and the descriptions of 150 architectures are half of llama.cpp's compile time and
# none of its run time: -O1. What is run for every batch keeps -O3, as do all kernels.
function(reckon_compile_llama_quickly folder)
  target_compile_options(llama PRIVATE -O1)
  file(GLOB hot "${folder}/llama-batch.cpp" "${folder}/llama-context.cpp" "${folder}/llama-graph.cpp" "${folder}/llama-kv-cache*.cpp" "${folder}/llama-memory*.cpp")
  set_source_files_properties(${hot} TARGET_DIRECTORY llama PROPERTIES COMPILE_OPTIONS -O3)
endfunction()

# The template engine alone: `common` would bring an HTTP client, argument parsing and a minute of
# compile time. Include as "jinja/runtime.h". The folder common/jinja itself must never be an include
# folder: its string.h would hide the system's.
function(reckon_add_jinja tree)
  file(GLOB sources "${tree}/common/jinja/*.cpp")
  add_library(reckon_jinja STATIC EXCLUDE_FROM_ALL ${sources} "${tree}/common/json.cpp" "${tree}/common/unicode.cpp")
  target_include_directories(reckon_jinja SYSTEM PUBLIC "${tree}/common" PRIVATE "${tree}/vendor")
  target_link_libraries(reckon_jinja PRIVATE ggml)
  target_compile_features(reckon_jinja PUBLIC cxx_std_17)
  target_compile_options(reckon_jinja PRIVATE -w -O1)
endfunction()

# "0.5.0-dev" as the tree states it, for `reckon --version`.
function(reckon_llama_version tree out)
  file(STRINGS "${tree}/CMakeLists.txt" lines REGEX "^set\\(LLAMA_VERSION_(MAJOR|MINOR|PATCH) |^option\\(LLAMA_BUILD_IS_DEV")
  string(REGEX REPLACE ".*LLAMA_VERSION_MAJOR ([0-9]+).*LLAMA_VERSION_MINOR ([0-9]+).*LLAMA_VERSION_PATCH ([0-9]+).*"
    "\\1.\\2.\\3" version "${lines}")
  if(NOT version MATCHES "^[0-9.]+$")
    set(version "unknown")
  elseif(lines MATCHES "LLAMA_BUILD_IS_DEV[^)]* ON\\)")
    string(APPEND version "-dev")
  endif()
  set(${out} "${version}" PARENT_SCOPE)
endfunction()

reckon_find_llama(RECKON_LLAMA_TREE)
reckon_llama_version("${RECKON_LLAMA_TREE}" RECKON_LLAMA_VERSION)
message(STATUS "llama.cpp ${RECKON_LLAMA_VERSION}: ${RECKON_LLAMA_TREE}")
reckon_add_llama("${RECKON_LLAMA_TREE}")
