// `reckon list [kind]`: every plug-in with its options, straight from the Specs.
#pragma once

#include <string>
#include <vector>

#include "search/registry.h"

namespace CLI {
class App;
}

namespace reckon::cli {

struct ListArguments {
  std::string kind;  // empty: all kinds
  bool json = false;
};

void add_list_options(CLI::App& command, ListArguments& arguments);
int run_list(const ListArguments& arguments);

// The Specs of one kind, by name.
struct SpecList {
  std::string kind;  // "strategies"
  std::vector<const Spec*> specs;
};
std::vector<SpecList> all_specs(const Registry& registry);

}  // namespace reckon::cli
