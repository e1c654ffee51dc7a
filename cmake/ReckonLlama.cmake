# The pinned llama.cpp: source tree, ggml and llama as static libraries, and its jinja engine.
set(BUILD_SHARED_LIBS OFF)
set(LLAMA_BUILD_COMMON OFF)
set(LLAMA_BUILD_TESTS OFF)
set(LLAMA_BUILD_TOOLS OFF)
set(LLAMA_BUILD_EXAMPLES OFF)
set(LLAMA_BUILD_SERVER OFF)
set(LLAMA_BUILD_APP OFF)
add_subdirectory(${RECKON_LLAMA_SOURCE} ${PROJECT_BINARY_DIR}/llama.cpp EXCLUDE_FROM_ALL)
