#include "scorers/prm/contract.h"

#include <filesystem>
#include <fstream>
#include <map>

#include <nlohmann/json.hpp>

namespace reckon {
namespace {

Result<ValueHead> load_head(const nlohmann::json& json, const std::string& contract) {
  std::string file;
  std::vector<std::string> layers;
  try {
    file = json.at("file").get<std::string>();
    layers = json.at("layers").get<std::vector<std::string>>();
  } catch (const nlohmann::json::exception&) {
    return invalid_argument(contract + ": \"head\" is not {\"file\": a path, \"layers\": [names]}");
  }
  return ValueHead::load((std::filesystem::path(contract).parent_path() / file).string(), layers);
}

}  // namespace

Result<PrmContract> PrmContract::load(const std::string& path) {
  std::ifstream file(path);
  if (!file) return not_found("there is no contract file at \"" + path + "\"; see src/scorers/prm/contract.h");
  const auto json = nlohmann::json::parse(file, nullptr, false);
  if (!json.is_object()) return invalid_argument(path + " is not a JSON object");
  PrmContract contract;
  const std::map<std::string, std::string*> texts{{"prompt", &contract.prompt},         {"before_step", &contract.before_step},
                                                  {"after_step", &contract.after_step}, {"after_read", &contract.after_read},
                                                  {"good", &contract.good},             {"bad", &contract.bad}};
  for (const auto& [name, value] : json.items()) {
    const auto known = texts.find(name);
    if (known != texts.end() && value.is_string()) {
      *known->second = value.get<std::string>();
    } else if (name == "join_lines" && value.is_boolean()) {
      contract.join_lines = value.get<bool>();
    } else if (name == "head" && value.is_object()) {
      RECKON_ASSIGN_OR_RETURN(contract.head, load_head(value, path));
    } else {
      return invalid_argument(path + ": \"" + name + "\" is no part of a contract, or not of its type");
    }
  }
  if (contract.prompt.find("{question}") == std::string::npos) return invalid_argument(path + ": the prompt does not say {question}");
  if (contract.head && (json.contains("good") || json.contains("bad"))) return invalid_argument(path + ": a verdict comes from a head or from two tokens");
  return contract;
}

}  // namespace reckon
