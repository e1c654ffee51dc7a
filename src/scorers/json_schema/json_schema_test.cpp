#include <gtest/gtest.h>

#include "base/test_support.h"
#include "search/registry.h"

namespace reckon {
namespace {

using testing_support::TemporaryFolder;

Result<std::unique_ptr<Scorer>> scorer_of(const std::string& schema, std::map<std::string, std::string> options = {}) {
  Registry registry;
  register_all_plugins(registry);
  const auto* entry = registry.scorers.find("json_schema").value();
  const TemporaryFolder folder;
  options.insert({"schema", folder.write("schema.json", schema)});
  return entry->create(parse_options(entry->spec, options).value());
}

Score score_of(Scorer& scorer, const std::string& text, const std::string& answer = "") {
  const Candidate candidate{.question = "Q", .text = text, .answer = answer};
  const auto scores = scorer.score(std::span(&candidate, 1));
  EXPECT_TRUE(scores.ok() && scores->size() == 1);
  EXPECT_TRUE(scores->front().calibrated);
  EXPECT_EQ(scores->front().value == 1.0, scores->front().reason == "it is valid");
  return scores->front();
}

// The reason, which is "it is valid" for a value that is.
std::string verdict(const std::string& schema, const std::string& text) {
  const auto scorer = scorer_of(schema);
  return scorer.ok() ? score_of(*scorer.value(), text).reason : "refused: " + scorer.status().to_string();
}

constexpr const char* kValid = "it is valid";

struct Case {
  const char* schema;
  std::vector<const char*> valid;
  std::vector<const char*> invalid;
};

TEST(JsonSchema, EachKeywordIsChecked) {
  const std::vector<Case> cases{
      {"true", {"1", "null", "{}"}, {}},
      {"false", {}, {"1", "null"}},
      {"{}", {"1", "[1]"}, {}},
      {R"({"type":"integer"})", {"1", "-3", "2.0", "1e3"}, {"1.5", "\"1\"", "true", "null"}},
      {R"({"type":["string","null"]})", {"\"\"", "null"}, {"0", "[]"}},
      {R"({"type":"number"})", {"1", "1.5"}, {"\"1\"", "false"}},
      {R"({"type":"boolean"})", {"true"}, {"0", "1"}},
      {R"({"enum":[1,"a",{"b":[]}]})", {"1.0", "\"a\"", "{\"b\":[]}"}, {"2", "true", "{}"}},
      {R"({"const":{"a":1,"b":2}})", {"{\"b\":2,\"a\":1.0}"}, {"{\"a\":1}", "1"}},
      {R"({"minimum":1,"maximum":3})", {"1", "3", "2.5", "\"x\""}, {"0.999", "4"}},
      {R"({"exclusiveMinimum":1,"exclusiveMaximum":3})", {"1.001", "2"}, {"1", "3"}},
      {R"({"minLength":2,"maxLength":3})", {"\"ab\"", "\"äöü\"", "7"}, {"\"a\"", "\"ö\"", "\"abcd\""}},
      {R"({"minItems":1,"maxItems":2})", {"[1]", "[1,2]", "{}"}, {"[]", "[1,2,3]"}},
      {R"({"uniqueItems":true})",
       {"[1,true,\"1\",[1],[2]]", "[]", "[{\"a\":1},{\"a\":2}]"},
       {"[1,1.0]", "[{\"a\":1,\"b\":2},{\"b\":2,\"a\":1.0}]"}},
      {R"({"uniqueItems":false})", {"[1,1]"}, {}},
      {R"({"items":{"type":"integer"}})", {"[]", "[1,2]", "\"a\""}, {"[1,\"2\"]"}},
      {R"({"required":["a","b"]})", {"{\"a\":1,\"b\":null}", "3"}, {"{\"a\":1}", "{}"}},
      {R"({"properties":{"a":{"type":"string"}}})", {"{}", "{\"a\":\"x\",\"b\":1}"}, {"{\"a\":1}"}},
      {R"({"properties":{"a":true},"additionalProperties":false})",
       {"{\"a\":1}", "{}"},
       {"{\"a\":1,\"b\":1}", "{\"a\\u0000\":1}"}},
      {R"({"properties":{"a":true},"additionalProperties":{"type":"integer"}})",
       {"{\"a\":\"\",\"b\":1}"},
       {"{\"b\":\"\"}"}},
      {R"({"allOf":[{"minimum":1},{"maximum":2}]})", {"1", "2"}, {"0", "3"}},
      {R"({"anyOf":[{"type":"string"},{"minimum":5,"type":"number"}]})", {"\"\"", "6"}, {"4", "null"}},
      {R"({"oneOf":[{"minimum":1,"type":"number"},{"maximum":2,"type":"number"}]})", {"0", "3"}, {"1", "2", "\"\""}},
      {R"({"not":{"type":"null"}})", {"1"}, {"null"}},
      {R"({"$ref":"#/$defs/a~1b","$defs":{"a/b":{"type":"null"}}})", {"null"}, {"1"}},
      {R"({"allOf":[{"minimum":3},{"$ref":"#/allOf/0"}]})", {"3"}, {"2"}},
      {R"({"$ref":"#/definitions/n","maximum":1,"definitions":{"n":{"type":"number"}}})", {"1"}, {"2", "\"\""}}};
  for (const auto& [schema, valid, invalid] : cases) {
    for (const char* text : valid) EXPECT_EQ(verdict(schema, text), kValid) << schema << "  " << text;
    for (const char* text : invalid)
      EXPECT_TRUE(verdict(schema, text).starts_with("at \""))
          << schema << "  " << text << "  " << verdict(schema, text);
  }
}

TEST(JsonSchema, TheFirstFaultIsNamedWithItsPlace) {
  const char* schema =
      R"({"properties":{"list":{"items":{"type":"object","required":["x"],"properties":{"x/y":{"maximum":3}}}}}})";
  EXPECT_EQ(verdict(schema, R"({"list":[{"x":1},{"y":1},{}]})"), "at \"/list/1\": the property \"x\" is missing");
  EXPECT_EQ(verdict(schema, R"({"list":[{"x":1,"x/y":4}]})"), "at \"/list/0/x~1y\": 4 breaks maximum 3");
  EXPECT_EQ(verdict(schema, R"({"list":[7]})"), "at \"/list/0\": type integer in place of \"object\"");
  EXPECT_EQ(verdict(R"({"type":"object"})", "[]"), "at \"\": type array in place of \"object\"");
}

TEST(JsonSchema, WhatWouldNotBeCheckedIsRefusedByName) {
  for (const auto& [schema, part] : std::vector<std::pair<const char*, const char*>>{
           {R"({"pattern":"a+"})", "\"pattern\" at \"\""},
           {R"({"properties":{"a":{"format":"date"}}})", "\"format\" at \"/properties/a\""},
           {R"({"anyOf":[true,{"requierd":[]}]})", "\"requierd\" at \"/anyOf/1\""},
           {R"({"$defs":{"a":{"$id":"other.json"}}})", "\"$id\" at \"/$defs/a\""},
           {R"({"$ref":"#/properties","properties":{"a":{}}})", "\"a\" at \"/properties\""},
           {R"({"$ref":"other.json#/a"})", "other.json#/a"},
           {R"({"items":{"$ref":"#/$defs/none"}})", "#/$defs/none"},
           {R"({"type":"int"})", "wrong at \"/type\""},
           {R"({"items":[{}]})", "wrong at \"/items\""},
           {R"({"exclusiveMinimum":true})", "wrong at \"/exclusiveMinimum\""},
           {R"({"required":"a"})", "wrong at \"/required\""},
           {R"({"minLength":-1})", "wrong at \"/minLength\""},
           {R"({"type":)", "not JSON"}}) {
    const auto scorer = scorer_of(schema);
    ASSERT_FALSE(scorer.ok()) << schema;
    EXPECT_EQ(scorer.status().kind(), ErrorKind::invalid_argument);
    EXPECT_NE(scorer.status().to_string().find(part), std::string::npos)
        << schema << ": " << scorer.status().to_string();
  }
  EXPECT_EQ(scorer_of("{}", {{"schema", ""}}).status().kind(), ErrorKind::invalid_argument);
  EXPECT_EQ(scorer_of("{}", {{"schema", "/no/such.json"}}).status().kind(), ErrorKind::not_found);
  EXPECT_TRUE(scorer_of(R"({"$schema":"s","$id":"i","title":"t","description":"d","default":1,"examples":[]})").ok());
}

TEST(JsonSchema, TheValueIsTheReplyOrItsLastFenceOrItsLastBrackets) {
  const std::string schema = R"({"const":{"a":[1]}})";
  for (const char* text : {" {\"a\":[1]}\n", "Here:\n```json\n{\"a\":[1]}\n```\nas said in [2].",
                           "```\n{\"a\":2}\n```\n~~~~\n{\"a\":[1]}\n~~~~", "```json\n{\"a\":[1]}",
                           "{\"b\":1}, no: {\"a\":[1]}.", "first } [ then {\"a\":[1]} and {\"a\": 1",
                           "{\"a\":2}</think>{\"a\":[1]}", "not { \"a\" but {\"a\" : [ 1 ] }"}) {
    EXPECT_EQ(verdict(schema, text), kValid) << text;
  }
  for (const char* text :
       {"", "no value", "{'a':[1]}", "{\"a\":[1],}", "{\"a\":[1]}</think>", "{\"a\":[1]} or rather {}", "{\"a\":[1"}) {
    EXPECT_NE(verdict(schema, text), kValid) << text;
  }
  EXPECT_EQ(verdict(R"({"const":"a}["})", "so [\"{\"] or \"a}[\""), "at \"\": not \"a}[\"")
      << "scalars in prose are no value";
  EXPECT_EQ(verdict(R"({"const":["a}[\"]"]})", "so [\"a}[\\\"]\"]!"), kValid) << "brackets in strings are text";
  const auto answers = scorer_of("{\"type\":\"integer\"}", {{"in", "answer"}});
  EXPECT_EQ(score_of(*answers.value(), "[]", "42").value, 1.0);
  EXPECT_EQ(score_of(*answers.value(), "42", "x").value, 0.0);
}

TEST(JsonSchema, NothingHostileGoesOnWithoutEnd) {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
  };
  const char* tree = R"({"anyOf":[{"type":"array","items":{"$ref":"#"}},{"type":"null"}]})";
  EXPECT_EQ(verdict(tree, nested(128)), kValid);
  EXPECT_EQ(verdict(tree, std::string(200'000, '[')), "there is no JSON value");
  EXPECT_NE(verdict("{\"$ref\":\"#\"}", "1"), kValid);
  EXPECT_NE(verdict(R"({"not":{"$ref":"#"}})", "1"), kValid);
  EXPECT_EQ(verdict(R"({"anyOf":[{"$ref":"#"},{"$ref":"#"}]})", "1"), "the value and the schema are too much to check");
}

}  // namespace
}  // namespace reckon
