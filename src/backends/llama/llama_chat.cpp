#include "backends/llama/llama_chat.h"

#include <mutex>

#include "jinja/lexer.h"
#include "jinja/parser.h"
#include "jinja/runtime.h"
#include "json.h"

namespace reckon {

struct ChatTemplate::Program {
  std::string source;
  SpecialTexts special;
  jinja::program parsed;
  std::mutex mutex;  // the engine's programs are not documented as shareable
};

ChatTemplate::ChatTemplate() : program_(std::make_unique<Program>()) {}
ChatTemplate::~ChatTemplate() = default;

Result<std::unique_ptr<ChatTemplate>> ChatTemplate::parse(const std::string& source, SpecialTexts special) {
  std::unique_ptr<ChatTemplate> made(new ChatTemplate());
  made->program_->source = source;
  made->program_->special = std::move(special);
  try {
    jinja::lexer lexer;
    auto tokens = lexer.tokenize(source);
    made->program_->source = tokens.source;
    made->program_->parsed = jinja::parse_from_tokens(tokens);
  } catch (const std::exception& error) {
    return invalid_argument(std::string("the model's chat template does not parse: ") + error.what());
  }
  return made;
}

Result<std::vector<ChatPart>> ChatTemplate::render(std::span<const ChatMessage> messages, const ChatTemplateOptions& options) const {
  const std::lock_guard lock(program_->mutex);
  try {
    common_json list = common_json::array();
    for (const auto& message : messages) {
      common_json entry = common_json::object();
      entry["role"] = message.role;
      entry["content"] = message.content;
      list.push_back(entry);
    }
    common_json input = common_json::object();
    input["messages"] = list;
    input["bos_token"] = program_->special.bos;
    input["eos_token"] = program_->special.eos;
    input["add_generation_prompt"] = true;
    if (options.thinking != ChatTemplateOptions::Thinking::template_default) {
      // By the names of Qwen3 and others, and of Granite and DeepSeek V3.1.
      input["enable_thinking"] = options.thinking == ChatTemplateOptions::Thinking::on;
      input["thinking"] = options.thinking == ChatTemplateOptions::Thinking::on;
    }
    jinja::context context(program_->source);
    jinja::global_from_json(context, input, true);
    jinja::runtime runtime(context);
    const auto parts = jinja::runtime::gather_string_parts(runtime.execute(program_->parsed));
    std::vector<ChatPart> rendered;
    for (const auto& part : parts->as_string().parts) rendered.push_back({part.val, part.is_input});
    return rendered;
  } catch (const std::exception& error) {
    return model_failure(std::string("the model's chat template failed: ") + error.what());
  }
}

}  // namespace reckon
