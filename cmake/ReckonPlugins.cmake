# Finds the plug-in folders src/<kind>/<name>/ and generates plugins_generated.cpp, which calls
# register_<name>_<kind>(Registry&) for each. Dropping a folder in is all that adding a plug-in costs.
# The plug-ins of a kind are one library, reckon_<folder>, and their tests one program, reckon_<folder>_test.
set(RECKON_PLUGIN_KINDS prompt controller scorer strategy problem)
set(RECKON_PLUGIN_LAYERS reckon_search reckon_thinking reckon_scoring reckon_programs reckon_sandbox reckon_model reckon_base)
set(RECKON_PLUGIN_FOLDER_prompt prompts)
set(RECKON_PLUGIN_FOLDER_controller controllers)
set(RECKON_PLUGIN_FOLDER_scorer scorers)
set(RECKON_PLUGIN_FOLDER_strategy strategies)
set(RECKON_PLUGIN_FOLDER_problem problems)

# Called from src/CMakeLists.txt after the layers exist: makes target reckon_plugins.
function(reckon_add_plugins)
  set(declarations "")
  set(calls "")
  set(libraries "")
  foreach(kind ${RECKON_PLUGIN_KINDS})
    set(library reckon_${RECKON_PLUGIN_FOLDER_${kind}})
    list(APPEND libraries ${library})
    reckon_add_plugins_of(${kind} ${library} names)
    foreach(name ${names})
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
  target_link_libraries(reckon_plugins PRIVATE reckon_settings reckon_search ${libraries})
endfunction()

function(reckon_add_plugins_of kind library result)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${RECKON_PLUGIN_FOLDER_${kind}}/*/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz)\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  set(names "")
  foreach(source ${sources})
    get_filename_component(directory ${source} DIRECTORY)
    get_filename_component(name ${directory} NAME)
    if(NOT name IN_LIST names)
      list(APPEND names ${name})
      reckon_embed_templates(${kind} ${name} ${directory} embedded)
      list(APPEND sources ${embedded})
    endif()
  endforeach()
  set(${result} ${names} PARENT_SCOPE)
  add_library(${library} STATIC ${sources})
  reckon_compile_quickly(${library})
  target_link_libraries(${library} PRIVATE reckon_settings ${RECKON_PLUGIN_LAYERS} nlohmann_json::nlohmann_json)
  if(RECKON_BUILD_TESTS AND tests)
    reckon_test(${library}_test SOURCES ${tests} DEPENDS ${library} reckon_plugins ${RECKON_PLUGIN_LAYERS})
  endif()
endfunction()

# A plug-in's own prompt templates, *.txt in its folder, become a function in it:
# std::string_view <name>_<kind>_template(std::string_view file), without the ".txt".
function(reckon_embed_templates kind name directory result)
  set(${result} "" PARENT_SCOPE)
  file(GLOB templates CONFIGURE_DEPENDS ${directory}/*.txt)
  if(NOT templates)
    return()
  endif()
  set_property(DIRECTORY ${PROJECT_SOURCE_DIR}/src APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${templates})
  set(cases "")
  foreach(template ${templates})
    get_filename_component(file ${template} NAME_WE)
    file(READ ${template} text)
    string(APPEND cases "  if (file == \"${file}\") return R\"template(${text})template\";\n")
  endforeach()
  set(generated ${PROJECT_BINARY_DIR}/generated/${name}_${kind}_templates.cpp)
  file(CONFIGURE OUTPUT ${generated} @ONLY CONTENT
"// Generated from the templates in the plug-in's folder. Do not edit.
#include <string_view>

namespace reckon {
std::string_view ${name}_${kind}_template(std::string_view file);
std::string_view ${name}_${kind}_template(std::string_view file) {
@cases@  return {};
}
}  // namespace reckon
")
  set(${result} ${generated} PARENT_SCOPE)
endfunction()
