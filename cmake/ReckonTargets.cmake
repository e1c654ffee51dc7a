# reckon_library(<name> [DEPENDS <targets>...] [PUBLIC_DEPENDS <targets>...] [LABELS <labels>...])
#
# One library per folder: every *.cpp beside the CMakeLists.txt that calls it, except *_test.cpp,
# which become one GoogleTest binary <name>_test. Links are PRIVATE by default, so that a layer
# passes on only what it declares with PUBLIC_DEPENDS. Tests labelled "model" need the small model.
# Each *_fuzz.cpp is a libFuzzer program of its own, built with RECKON_BUILD_FUZZERS.
include(GoogleTest)
# Global: programs that link a static library which uses it are in other folders.
find_package(nlohmann_json 3.10 REQUIRED)
set_target_properties(nlohmann_json::nlohmann_json PROPERTIES IMPORTED_GLOBAL TRUE)
if(RECKON_BUILD_TESTS)
  find_package(GTest REQUIRED)
  add_library(reckon_test_settings INTERFACE)
  target_link_libraries(reckon_test_settings INTERFACE GTest::gtest GTest::gtest_main nlohmann_json::nlohmann_json)
  target_compile_definitions(reckon_test_settings INTERFACE RECKON_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  # What is tested is optimised; the tests themselves are compiled once and run once.
  target_compile_options(reckon_test_settings INTERFACE -O0)
endif()

# What runs for every token, trace or node of a search. The other libraries are compiled -O1: two thirds of the time.
set(RECKON_HOT_LIBRARIES reckon_base reckon_model reckon_fake reckon_llama reckon_thinking reckon_search reckon_engine
  reckon_controllers reckon_strategies)

function(reckon_compile_quickly target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${RECKON_UNITY_BUILD})
  if(NOT target IN_LIST RECKON_HOT_LIBRARIES)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
  endif()
endfunction()

function(reckon_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;PUBLIC_DEPENDS;TEST_DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(tests ${sources})
  set(fuzzers ${sources})
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz)\\.cpp$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC reckon_settings ${ARG_PUBLIC_DEPENDS} PRIVATE ${ARG_DEPENDS})
    reckon_compile_quickly(${name})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE reckon_settings ${ARG_PUBLIC_DEPENDS})
  endif()
  if(RECKON_BUILD_TESTS AND tests)
    reckon_test(${name}_test SOURCES ${tests} DEPENDS ${name} ${ARG_DEPENDS} ${ARG_TEST_DEPENDS})
  endif()
  if(RECKON_BUILD_FUZZERS)
    reckon_fuzzers(SOURCES ${fuzzers} DEPENDS ${name} ${ARG_DEPENDS})
  endif()
endfunction()

# One program per file x_fuzz.cpp, named x_fuzz, in bin/. Run it with a corpus folder as its argument.
function(reckon_fuzzers)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  foreach(source ${ARG_SOURCES})
    get_filename_component(target ${source} NAME_WE)
    add_executable(${target} ${source})
    target_link_libraries(${target} PRIVATE reckon_settings ${ARG_DEPENDS})
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  endforeach()
endfunction()

# Files named *_model_test.cpp go to a second binary whose tests carry the label "model"; the others
# carry "fast".
function(reckon_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  foreach(kind fast model)
    set(files ${ARG_SOURCES})
    if(kind STREQUAL "fast")
      list(FILTER files EXCLUDE REGEX "_model_test\\.cpp$")
      set(target ${name})
    else()
      list(FILTER files INCLUDE REGEX "_model_test\\.cpp$")
      set(target ${name}_model)
    endif()
    if(files)
      add_executable(${target} ${files})
      set_target_properties(${target} PROPERTIES UNITY_BUILD ${RECKON_UNITY_BUILD})
      target_link_libraries(${target} PRIVATE reckon_settings reckon_test_settings ${ARG_DEPENDS})
      # Model tests use every core themselves; two at once would only wait for each other.
      set(serial FALSE)
      if(kind STREQUAL "model")
        set(serial TRUE)
      endif()
      gtest_discover_tests(${target} DISCOVERY_MODE PRE_TEST PROPERTIES LABELS ${kind} TIMEOUT 600 RUN_SERIAL ${serial})
    endif()
  endforeach()
endfunction()
