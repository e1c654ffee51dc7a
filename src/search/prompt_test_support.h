// Tests only: a registered prompt, rendered.
#pragma once

#include <map>
#include <string>

#include "search/registry.h"

namespace reckon::testing_support {

inline Task two_and_two() {
  Task task;
  task.question = "What is 2 + 2?";
  return task;
}

inline RenderedPrompt render_prompt(const std::string& name, const std::map<std::string, std::string>& options,
                                    const Task& task = two_and_two()) {
  Registry registry;
  register_all_plugins(registry);
  const auto* entry = registry.prompts.find(name).value();
  return entry->create(parse_options(entry->spec, options).value()).value()->render(task).value();
}

}  // namespace reckon::testing_support
