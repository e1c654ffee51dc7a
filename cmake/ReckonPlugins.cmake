# Finds the plug-in folders src/<kind>/<name>/ and generates plugins_generated.cpp, which calls
# register_<name>_<kind>(Registry&) for each. Dropping a folder in is all that adding a plug-in costs.
set(RECKON_PLUGIN_KINDS prompt controller scorer strategy problem)
set(RECKON_PLUGIN_FOLDER_prompt prompts)
set(RECKON_PLUGIN_FOLDER_controller controllers)
set(RECKON_PLUGIN_FOLDER_scorer scorers)
set(RECKON_PLUGIN_FOLDER_strategy strategies)
set(RECKON_PLUGIN_FOLDER_problem problems)

# Called from src/CMakeLists.txt after the layers exist: makes target reckon_plugins.
function(reckon_add_plugins)
  set(declarations "")
  set(calls "")
  set(targets "")
  foreach(kind ${RECKON_PLUGIN_KINDS})
    set(folder ${RECKON_PLUGIN_FOLDER_${kind}})
    file(GLOB entries CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${folder}/*/*.cpp)
    set(names "")
    foreach(entry ${entries})
      get_filename_component(directory ${entry} DIRECTORY)
      get_filename_component(name ${directory} NAME)
      list(APPEND names ${name})
    endforeach()
    list(REMOVE_DUPLICATES names)
    foreach(name ${names})
      reckon_add_plugin(${kind} ${folder} ${name})
      list(APPEND targets reckon_${kind}_${name})
      string(APPEND declarations "void register_${name}_${kind}(Registry& registry);\n")
      string(APPEND calls "  register_${name}_${kind}(registry);\n")
    endforeach()
  endforeach()
  set(generated ${PROJECT_BINARY_DIR}/generated/plugins_generated.cpp)
  file(CONFIGURE OUTPUT ${generated} @ONLY CONTENT
"// Generated from the plug-in folders. Do not edit.
#include \"search/registry.h\"

namespace reckon {
@declarations@
void register_all_plugins(Registry& registry) {
@calls@}
}  // namespace reckon
")
  add_library(reckon_plugins STATIC ${generated})
  target_link_libraries(reckon_plugins PRIVATE reckon_settings reckon_search ${targets})
endfunction()

function(reckon_add_plugin kind folder name)
  set(directory ${PROJECT_SOURCE_DIR}/src/${folder}/${name})
  file(GLOB sources CONFIGURE_DEPENDS ${directory}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz)\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  set(target reckon_${kind}_${name})
  add_library(${target} STATIC ${sources})
  target_link_libraries(${target} PRIVATE reckon_settings reckon_search reckon_thinking reckon_scoring reckon_programs reckon_sandbox reckon_model reckon_base nlohmann_json::nlohmann_json)
  if(RECKON_BUILD_TESTS AND tests)
    reckon_test(${target}_test SOURCES ${tests} DEPENDS ${target} reckon_engine reckon_fake reckon_search reckon_thinking reckon_scoring reckon_programs reckon_sandbox reckon_model reckon_base)
  endif()
endfunction()
