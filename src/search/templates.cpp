#include "search/templates.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace reckon {

Result<std::string> load_template(const std::string& path, std::string_view built_in,
                                  const std::vector<std::string>& places) {
  if (path.empty()) return std::string(built_in);
  std::ifstream file(path, std::ios::binary);
  if (!file) return not_found("there is no template file at \"" + path + "\"");
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  for (const std::string& place : places) {
    if (text.find("{" + place + "}") != std::string::npos) continue;
    return invalid_argument("the template " + path + " has no {" + place + "}");
  }
  return text;
}

std::string fill_template(std::string_view text, const std::vector<std::pair<std::string, std::string>>& values) {
  std::string filled;
  while (true) {
    const auto open = text.find('{');
    filled += text.substr(0, open);
    if (open == std::string_view::npos) return filled;
    text.remove_prefix(open);
    const auto close = text.find('}');
    const auto name = close == std::string_view::npos ? std::string_view() : text.substr(1, close - 1);
    const auto value = std::ranges::find(values, name, &std::pair<std::string, std::string>::first);
    const bool known = !name.empty() && value != values.end();
    filled += known ? std::string_view(value->second) : text.substr(0, 1);
    text.remove_prefix(known ? close + 1 : 1);
  }
}

}  // namespace reckon
