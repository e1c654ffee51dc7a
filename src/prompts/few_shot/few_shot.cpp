// few_shot: worked examples before the question (few-shot chain of thought when they show their
// reasoning; Wei et al., 2201.11903).
//
// Without a file: the arithmetic word problems of worked_examples.h with their steps. A file of your own
// has one JSON object a line: {"question": ..., "answer": ...}, where the answer is the whole reply as it
// should look. Each becomes a user turn and an assistant turn.
#include <fstream>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "search/registry.h"
#include "search/worked_examples.h"

namespace reckon {
namespace {

struct Example {
  std::string question;
  std::string answer;
};

std::vector<Example> built_in_examples() {
  std::vector<Example> examples;
  for (const WorkedExample& example : worked_examples()) examples.push_back({example.question, example.solution});
  return examples;
}

Result<std::vector<Example>> read_examples(const std::string& path) {
  std::ifstream file(path);
  if (!file) return not_found("there is no examples file at \"" + path + "\"; give one with few_shot.examples");
  std::vector<Example> examples;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (trim(line).empty()) continue;
    const auto row = nlohmann::json::parse(line, nullptr, false);
    const auto text = [&row](const char* key) { return row.is_object() && row.contains(key) && row[key].is_string(); };
    if (!text("question") || !text("answer")) {
      return invalid_argument(path + ":" + std::to_string(number) + ": an example is {\"question\": \"...\", \"answer\": \"...\"}");
    }
    examples.push_back({row["question"].get<std::string>(), row["answer"].get<std::string>()});
  }
  if (examples.empty()) return invalid_argument("the examples file " + path + " has no example");
  return examples;
}

class FewShot final : public Prompt {
 public:
  static Result<std::unique_ptr<Prompt>> create(const Options& options) {
    const std::string& file = options.text("examples");
    std::vector<Example> examples = built_in_examples();
    if (!file.empty()) {
      RECKON_ASSIGN_OR_RETURN(examples, read_examples(file));
    }
    const auto shots = static_cast<std::size_t>(options.integer("shots"));
    if (shots > 0 && shots < examples.size()) examples.resize(shots);
    auto prompt = std::make_unique<FewShot>();
    prompt->examples_ = std::move(examples);
    return std::unique_ptr<Prompt>(std::move(prompt));
  }

  Result<RenderedPrompt> render(const Task& task) const override {
    RenderedPrompt prompt;
    if (!task.system.empty()) prompt.messages.push_back({"system", task.system});
    for (const auto& example : examples_) {
      prompt.messages.push_back({"user", example.question});
      prompt.messages.push_back({"assistant", example.answer});
    }
    prompt.messages.push_back({"user", task.question});
    prompt.answer_style = task.answer_style;
    return prompt;
  }

 private:
  std::vector<Example> examples_;
};

}  // namespace

void register_few_shot_prompt(Registry& registry) {
  registry.prompts.add<FewShot>(
      {.name = "few_shot",
       .summary = "worked examples before the question, built in or your own",
       .options = {OptionSpec::text("examples", "", "file with a JSON object a line: question, answer; none: arithmetic word problems"),
                   OptionSpec::integer("shots", 0, {0, 1000}, "use the first so many; 0: all")},
       .references = {"arXiv 2201.11903"}});
}

}  // namespace reckon
