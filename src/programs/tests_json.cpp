#include "programs/tests_json.h"

#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <iterator>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace reckon {
namespace {

using nlohmann::json;

Status check_fields(const json& object, std::initializer_list<const char*> known) {
  for (const auto& [name, value] : object.items()) {
    if (std::ranges::any_of(known, [&](const char* one) { return name == one; })) continue;
    const std::vector<std::string> names(known.begin(), known.end());
    const std::string nearest = nearest_name(name, names);
    return invalid_argument("\"" + name + "\" is not a field; it takes " + join(names, ", ") +
                            (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
  }
  return ok_status();
}

Result<std::string> text_field(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return invalid_argument("no \"" + std::string(name) + "\"");
  if (!found->is_string()) return invalid_argument("\"" + std::string(name) + "\" must be text");
  return found->get<std::string>();
}

// A JSON value as Python writes it.
std::string python_of(const json& value) {
  if (value.is_null()) return "None";
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  if (!value.is_array()) return value.dump();
  std::vector<std::string> parts;
  for (const auto& part : value) parts.push_back(python_of(part));
  return "[" + join(parts, ", ") + "]";
}

Result<ProgramTest> parse_function_test(const json& object) {
  RECKON_RETURN_IF_ERROR(check_fields(object, {"call", "expected", "assert"}));
  ProgramTest test;
  if (object.contains("assert")) {
    if (object.contains("call") || object.contains("expected")) return invalid_argument("give \"call\" and \"expected\", or \"assert\"");
    RECKON_ASSIGN_OR_RETURN(test.input, text_field(object, "assert"));
    return test;
  }
  RECKON_ASSIGN_OR_RETURN(test.input, text_field(object, "call"));
  const auto expected = object.find("expected");
  if (expected == object.end()) return invalid_argument("no \"expected\"");
  if (expected->is_object()) return invalid_argument("\"expected\" must be text, a number, true, false, null or a list");
  test.expected = expected->is_string() ? expected->get<std::string>() : python_of(*expected);
  if (trim(test.expected).empty()) return invalid_argument("\"expected\" is empty");
  return test;
}

Result<ProgramTest> parse_test(const json& object, ProgramTests::Kind kind) {
  if (!object.is_object()) return invalid_argument("a test must be an object");
  if (kind == ProgramTests::Kind::function) return parse_function_test(object);
  RECKON_RETURN_IF_ERROR(check_fields(object, {"input", "output"}));
  ProgramTest test;
  RECKON_ASSIGN_OR_RETURN(test.input, text_field(object, "input"));
  RECKON_ASSIGN_OR_RETURN(test.expected, text_field(object, "output"));
  return test;
}

Result<ProgramTests> parse_object(const json& object) {
  if (!object.is_object()) return invalid_argument("tests must be a JSON object with \"kind\" and \"tests\"");
  RECKON_RETURN_IF_ERROR(check_fields(object, {"kind", "language", "entry_point", "starter", "tolerance", "tests"}));
  ProgramTests tests;
  RECKON_ASSIGN_OR_RETURN(const std::string kind, text_field(object, "kind"));
  if (kind != "stdin" && kind != "function") return invalid_argument("\"kind\" is \"" + kind + "\"; it takes stdin or function");
  tests.kind = kind == "stdin" ? ProgramTests::Kind::standard_input : ProgramTests::Kind::function;
  if (object.contains("language")) {
    RECKON_ASSIGN_OR_RETURN(const std::string language, text_field(object, "language"));
    if (language != "python" && language != "cpp") return invalid_argument("\"language\" is \"" + language + "\"; it takes python or cpp");
    tests.language = language == "cpp" ? ProgramLanguage::cpp : ProgramLanguage::python;
    if (language == "cpp" && kind == "function") return invalid_argument("tests of kind function are calls in Python; C++ programs are tested by kind stdin");
  }
  if (tests.kind == ProgramTests::Kind::function) {
    RECKON_ASSIGN_OR_RETURN(tests.entry_point, text_field(object, "entry_point"));
    if (object.contains("starter")) {
      RECKON_ASSIGN_OR_RETURN(tests.starter, text_field(object, "starter"));
    }
  }
  if (const auto tolerance = object.find("tolerance"); tolerance != object.end()) {
    if (!tolerance->is_number()) return invalid_argument("\"tolerance\" must be a number");
    tests.relative_tolerance = tolerance->get<double>();
    if (!(tests.relative_tolerance >= 0.0 && tests.relative_tolerance <= 1.0)) return invalid_argument("\"tolerance\" must be 0 to 1");
  }
  const auto list = object.find("tests");
  if (list == object.end() || !list->is_array()) return invalid_argument("no list \"tests\"");
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto test = parse_test((*list)[i], tests.kind);
    if (!test.ok()) return invalid_argument("tests[" + std::to_string(i) + "]: " + test.status().message());
    tests.tests.push_back(std::move(test).value());
  }
  return tests;
}

}  // namespace

Result<ProgramTests> parse_program_tests(std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  if (object.is_discarded()) return invalid_argument("not valid JSON");
  return parse_object(object);
}

Result<ProgramTests> read_program_tests(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return not_found("cannot open " + file.string());
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  auto tests = parse_program_tests(text);
  if (!tests.ok()) return Status(tests.status().kind(), file.string() + ": " + tests.status().message());
  return tests;
}

}  // namespace reckon
