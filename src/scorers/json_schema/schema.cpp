#include "scorers/json_schema/schema.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace reckon {
namespace {

using nlohmann::json;

// What stands behind a keyword.
enum class Operand { note, reference, types, values, any, number, count, flag, names, schema, schemas, named_schemas };

constexpr std::array<std::pair<std::string_view, Operand>, 34> kKeywords{{
    {"$schema", Operand::note},
    {"$comment", Operand::note},
    {"title", Operand::note},
    {"description", Operand::note},
    {"default", Operand::note},
    {"examples", Operand::note},
    {"deprecated", Operand::note},
    {"readOnly", Operand::note},
    {"writeOnly", Operand::note},
    {"$ref", Operand::reference},
    {"type", Operand::types},
    {"enum", Operand::values},
    {"const", Operand::any},
    {"minimum", Operand::number},
    {"maximum", Operand::number},
    {"exclusiveMinimum", Operand::number},
    {"exclusiveMaximum", Operand::number},
    {"minLength", Operand::count},
    {"maxLength", Operand::count},
    {"minItems", Operand::count},
    {"maxItems", Operand::count},
    {"uniqueItems", Operand::flag},
    {"items", Operand::schema},
    {"required", Operand::names},
    {"properties", Operand::named_schemas},
    {"additionalProperties", Operand::schema},
    {"allOf", Operand::schemas},
    {"anyOf", Operand::schemas},
    {"oneOf", Operand::schemas},
    {"not", Operand::schema},
    {"$defs", Operand::named_schemas},
    {"definitions", Operand::named_schemas},
    {"$id", Operand::note},
    {"id", Operand::note},
}};

constexpr std::array<std::string_view, 7> kTypes{"null", "boolean", "object", "array", "number", "string", "integer"};

// As a part of a JSON pointer.
std::string escaped(std::string_view name) {
  return replace_all(replace_all(std::string(name), "~", "~0"), "/", "~1");
}

// The part of the schema that a local reference names; null: none.
const json* referred(const json& root, std::string_view reference) {
  if (!reference.starts_with('#')) return nullptr;
  const json* at = &root;
  const auto parts = split(reference.substr(1), '/');
  if (!parts.front().empty()) return nullptr;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::string name = replace_all(replace_all(parts[i], "~1", "/"), "~0", "~");
    if (at->is_object() && at->contains(name)) {
      at = &(*at)[name];
    } else if (at->is_array() && name.size() < 6 && !name.empty() &&
               name.find_first_not_of("0123456789") == std::string::npos && std::stoul(name) < at->size()) {
      at = &(*at)[std::stoul(name)];
    } else {
      return nullptr;
    }
  }
  return at;
}

bool is_type(const json& name) {
  return name.is_string() && std::ranges::find(kTypes, name.get<std::string>()) != kTypes.end();
}

bool fits(Operand operand, const json& value) {
  const auto all = [&](auto&& holds) { return value.is_array() && std::all_of(value.begin(), value.end(), holds); };
  switch (operand) {
    case Operand::note:
    case Operand::any:
    case Operand::schema:
      return true;  // a schema is checked by itself
    case Operand::reference:
      return value.is_string();
    case Operand::types:
      return is_type(value) || (all(is_type) && !value.empty());
    case Operand::values:
      return value.is_array();
    case Operand::number:
      return value.is_number();
    case Operand::count:
      return value.is_number_unsigned();
    case Operand::flag:
      return value.is_boolean();
    case Operand::names:
      return all([](const json& name) { return name.is_string(); });
    case Operand::schemas:
      return value.is_array() && !value.empty();
    case Operand::named_schemas:
      return value.is_object();
  }
  return false;
}

// Looks through a schema before its first use.
class SchemaCheck {
 public:
  explicit SchemaCheck(const json& root) : root_(root) {}

  Status check(const json& schema, const std::string& at) {
    if (!seen_.insert(&schema).second || schema.is_boolean()) return ok_status();
    if (!schema.is_object()) {
      return invalid_argument("the schema is wrong at \"" + at + "\": neither an object nor true or false");
    }
    for (const auto& [keyword, value] : schema.items()) {
      const auto known =
          std::ranges::find(kKeywords, std::string_view(keyword), [](const auto& entry) { return entry.first; });
      const bool moves_references = (keyword == "$id" || keyword == "id") && &schema != &root_;
      if (known == kKeywords.end() || moves_references) {
        return invalid_argument("the schema's keyword \"" + keyword + "\" at \"" + at + "\" is not supported");
      }
      const std::string here = at + "/" + escaped(keyword);
      if (!fits(known->second, value)) return invalid_argument("the schema is wrong at \"" + here + "\"");
      RECKON_RETURN_IF_ERROR(check_operand(known->second, value, here));
    }
    return ok_status();
  }

 private:
  Status check_operand(Operand operand, const json& value, const std::string& at) {
    if (operand == Operand::schema) return check(value, at);
    if (operand == Operand::schemas || operand == Operand::named_schemas) {
      for (const auto& [name, schema] : value.items()) RECKON_RETURN_IF_ERROR(check(schema, at + "/" + escaped(name)));
    }
    if (operand == Operand::reference) {
      const auto name = value.get<std::string>();
      const json* target = referred(root_, name);
      if (target == nullptr) {
        return invalid_argument("the schema's $ref \"" + name + "\" at \"" + at + "\" names nothing in the file");
      }
      return check(*target, name.substr(1));
    }
    return ok_status();
  }

  const json& root_;
  std::set<const json*> seen_;
};

std::string type_of(const json& value) {
  return value.is_number_integer() ? "integer" : value.type_name();
}

bool is_of_type(const json& value, std::string_view type) {
  if (type == "number") return value.is_number();
  if (type == "integer") {
    return value.is_number_integer() ||
           (value.is_number_float() && std::trunc(value.get<double>()) == value.get<double>());
  }
  return type == value.type_name();
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// The same text for equal values: 1.0 is written as 1.
std::string canonical(const json& value) {
  if (value.is_structured()) {
    std::string text = value.is_array() ? "[" : "{";
    for (const auto& [name, part] : value.items()) {
      text += (value.is_array() ? "" : json(name).dump() + ":") + canonical(part) + ",";
    }
    return text + (value.is_array() ? "]" : "}");
  }
  constexpr double kExact = 9007199254740992.0;  // 2^53
  const bool integral =
      value.is_number_float() && std::abs(value.get<double>()) < kExact && is_of_type(value, "integer");
  return integral ? std::to_string(static_cast<long long>(value.get<double>())) : value.dump();
}

// Holds one value against a schema. The first fault is kept, with its place; the parts of anyOf, oneOf and not
// are tried in attempts of their own.
class Validation {
 public:
  explicit Validation(const json& root) : root_(root) {}

  std::string run(const json& value) {
    const auto fault = check(root_, value, "");
    if (exhausted_) return "the value and the schema are too much to check";
    return fault.value_or("");
  }

 private:
  using Fault = std::optional<std::string>;  // none: valid

  static Fault at(const std::string& where, const std::string& what) { return "at \"" + where + "\": " + what; }

  Fault check(const json& schema, const json& value, const std::string& where) {
    if (++checks_ > JsonSchema::kMostChecks || depth_ >= JsonSchema::kDeepest) exhausted_ = true;
    if (exhausted_) return at(where, "not checked");
    if (schema.is_boolean()) return schema.get<bool>() ? Fault() : at(where, "nothing may be here");
    ++depth_;
    Fault fault = check_any(schema, value, where);
    if (!fault && value.is_number()) fault = check_number(schema, value, where);
    if (!fault && value.is_string()) fault = check_string(schema, value, where);
    if (!fault && value.is_array()) fault = check_array(schema, value, where);
    if (!fault && value.is_object()) fault = check_object(schema, value, where);
    if (!fault) fault = check_combined(schema, value, where);
    --depth_;
    return fault;
  }

  static const json* find(const json& schema, const std::string& keyword) {
    const auto found = schema.find(keyword);
    return found == schema.end() ? nullptr : &*found;
  }

  static Fault check_any(const json& schema, const json& value, const std::string& where) {
    if (const json* type = find(schema, "type")) {
      const json types = type->is_array() ? *type : json::array({*type});
      const auto fits_value = [&](const json& name) { return is_of_type(value, name.get<std::string>()); };
      if (std::none_of(types.begin(), types.end(), fits_value)) {
        return at(where, "type " + type_of(value) + " in place of " + type->dump());
      }
    }
    if (const json* values = find(schema, "enum");
        values != nullptr && std::find(values->begin(), values->end(), value) == values->end()) {
      return at(where, "not one of the values of enum");
    }
    if (const json* constant = find(schema, "const"); constant != nullptr && *constant != value) {
      return at(where, "not " + constant->dump());
    }
    return {};
  }

  static Fault check_number(const json& schema, const json& value, const std::string& where) {
    const auto breaks = [&](const char* keyword, auto&& wrong) {
      const json* bound = find(schema, keyword);
      return bound != nullptr && wrong(*bound) ? at(where, value.dump() + " breaks " + keyword + " " + bound->dump())
                                               : Fault();
    };
    if (auto fault = breaks("minimum", [&](const json& bound) { return value < bound; })) return fault;
    if (auto fault = breaks("maximum", [&](const json& bound) { return value > bound; })) return fault;
    if (auto fault = breaks("exclusiveMinimum", [&](const json& bound) { return value <= bound; })) return fault;
    return breaks("exclusiveMaximum", [&](const json& bound) { return value >= bound; });
  }

  static Fault check_count(const json& schema, std::size_t count, const char* least, const char* most,
                           const std::string& where) {
    const json* minimum = find(schema, least);
    const json* maximum = find(schema, most);
    if (minimum != nullptr && count < minimum->get<std::size_t>()) {
      return at(where, std::to_string(count) + " breaks " + least + " " + minimum->dump());
    }
    if (maximum != nullptr && count > maximum->get<std::size_t>()) {
      return at(where, std::to_string(count) + " breaks " + most + " " + maximum->dump());
    }
    return {};
  }

  static Fault check_string(const json& schema, const json& value, const std::string& where) {
    return check_count(schema, characters(value.get_ref<const std::string&>()), "minLength", "maxLength", where);
  }

  Fault check_array(const json& schema, const json& value, const std::string& where) {
    if (auto fault = check_count(schema, value.size(), "minItems", "maxItems", where)) return fault;
    const json* unique = find(schema, "uniqueItems");
    std::set<std::string> met;
    for (std::size_t i = 0; unique != nullptr && unique->get<bool>() && i < value.size(); ++i) {
      if (!met.insert(canonical(value[i])).second) {
        return at(where + "/" + std::to_string(i), "the item was there before");
      }
    }
    const json* items = find(schema, "items");
    for (std::size_t i = 0; items != nullptr && i < value.size(); ++i) {
      if (auto fault = check(*items, value[i], where + "/" + std::to_string(i))) return fault;
    }
    return {};
  }

  Fault check_object(const json& schema, const json& value, const std::string& where) {
    if (const json* required = find(schema, "required")) {
      for (const json& name : *required) {
        if (!value.contains(name.get<std::string>())) return at(where, "the property " + name.dump() + " is missing");
      }
    }
    const json* properties = find(schema, "properties");
    const json* others = find(schema, "additionalProperties");
    for (const auto& [name, part] : value.items()) {
      const json* property = properties == nullptr ? nullptr : find(*properties, name);
      const json* applies = property != nullptr ? property : others;
      if (applies == nullptr) continue;
      if (auto fault = check(*applies, part, where + "/" + escaped(name))) return fault;
    }
    return {};
  }

  std::size_t matching(const json& schemas, const json& value, const std::string& where) {
    std::size_t matches = 0;
    for (const json& schema : schemas) matches += check(schema, value, where) ? 0 : 1;
    return matches;
  }

  Fault check_combined(const json& schema, const json& value, const std::string& where) {
    if (const json* reference = find(schema, "$ref")) {
      if (auto fault = check(*referred(root_, reference->get_ref<const std::string&>()), value, where)) return fault;
    }
    if (const json* all = find(schema, "allOf")) {
      for (const json& one : *all) {
        if (auto fault = check(one, value, where)) return fault;
      }
    }
    if (const json* any = find(schema, "anyOf"); any != nullptr && matching(*any, value, where) == 0) {
      return at(where, "fits no part of anyOf");
    }
    if (const json* one = find(schema, "oneOf")) {
      const std::size_t matches = matching(*one, value, where);
      if (matches != 1) return at(where, "fits " + std::to_string(matches) + " parts of oneOf in place of 1");
    }
    if (const json* no = find(schema, "not"); no != nullptr && !check(*no, value, where)) {
      return at(where, "fits what `not` forbids");
    }
    return {};
  }

  const json& root_;
  int checks_ = 0;
  int depth_ = 0;
  bool exhausted_ = false;
};

}  // namespace

Result<JsonSchema> JsonSchema::from(json schema) {
  RECKON_RETURN_IF_ERROR(SchemaCheck(schema).check(schema, ""));
  return JsonSchema(std::move(schema));
}

std::string JsonSchema::fault_of(const json& value) const {
  return Validation(root_).run(value);
}

}  // namespace reckon
