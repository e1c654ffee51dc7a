#include "search/registry.h"

#include "base/text.h"

namespace reckon {

Status unknown_plugin(const std::string& kind, const std::string& name, const std::vector<std::string>& known) {
  const std::string nearest = nearest_name(name, known);
  return not_found("there is no " + kind + " \"" + name + "\"" +
                   (nearest.empty() ? "; there are: " + join(known, ", ") : "; did you mean \"" + nearest + "\"?"));
}

}  // namespace reckon
