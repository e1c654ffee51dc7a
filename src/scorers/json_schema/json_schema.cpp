// json_schema: 1 when the candidate gives a JSON value that a schema allows, else 0, with the place of the first fault.
//
// Which value of a reply is meant: find_json.h. What of JSON Schema is checked: schema.h; the rest is refused before
// the run. Costs no model call. An unfinished value is a fault, so this judges whole answers, not steps.
#include <fstream>
#include <iterator>

#include "scorers/json_schema/find_json.h"
#include "scorers/json_schema/schema.h"
#include "search/registry.h"

namespace reckon {
namespace {

class JsonSchemaScorer final : public Scorer {
 public:
  JsonSchemaScorer(const Options& options, JsonSchema schema)
      : reads_answer_(options.text("in") == "answer"), schema_(std::move(schema)) {}

  static Result<std::unique_ptr<Scorer>> create(const Options& options) {
    const std::string& name = options.text("schema");
    if (name.empty()) return invalid_argument("json_schema needs its schema: json_schema.schema=FILE.json");
    std::ifstream file(name, std::ios::binary);
    if (!file) return not_found("cannot open the schema " + name);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    auto json = read_json(text);
    if (!json) return invalid_argument("the schema " + name + " is not JSON, or nested too deep");
    auto schema = JsonSchema::from(*std::move(json));
    if (!schema.ok()) return schema.status().while_doing("reading " + name);
    return std::unique_ptr<Scorer>(std::make_unique<JsonSchemaScorer>(options, std::move(schema).value()));
  }

  Result<std::vector<Score>> score(std::span<const Candidate> candidates) override {
    std::vector<Score> scores;
    for (const Candidate& candidate : candidates) {
      const auto value = find_json(reads_answer_ ? candidate.answer : candidate.text);
      const std::string fault = value ? schema_.fault_of(*value) : "there is no JSON value";
      scores.push_back(
          {.value = fault.empty() ? 1.0 : 0.0, .calibrated = true, .reason = fault.empty() ? "it is valid" : fault});
    }
    return scores;
  }

 private:
  bool reads_answer_;
  JsonSchema schema_;
};

}  // namespace

void register_json_schema_scorer(Registry& registry) {
  registry.scorers.add<JsonSchemaScorer>(
      {.name = "json_schema",
       .summary = "whether the answer is JSON that a schema allows",
       .options = {OptionSpec::text("schema", "", "file with the JSON Schema; needed"),
                   OptionSpec::choice("in", "text", {"text", "answer"}, "where the value is looked for")},
       .references = {"json-schema.org, draft 2020-12"}});
}

}  // namespace reckon
