#include "backends/llama/llama_model.h"

#include <cstdio>
#include <fstream>
#include <mutex>

#include "backends/llama/llama_chat.h"
#include "backends/llama/llama_context.h"
#include "backends/llama/llama_vocabulary.h"
#include "base/text.h"
#include "gguf.h"
#include "llama.h"

namespace reckon {
namespace {

// llama.cpp logs through one global callback; the last error line becomes part of our error message.
std::mutex log_mutex;
std::string last_error;  // guarded by log_mutex

void capture_log(ggml_log_level level, const char* text, void*) {
  if (level != GGML_LOG_LEVEL_ERROR) return;
  const std::lock_guard lock(log_mutex);
  last_error = std::string(trim(text));
}

std::string take_last_error() {
  const std::lock_guard lock(log_mutex);
  return std::exchange(last_error, {});
}

void initialise_once() {
  static std::once_flag once;
  std::call_once(once, [] {
    llama_log_set(capture_log, nullptr);
    llama_backend_init();
  });
}

std::string metadata(const llama_model* model, const char* key) {
  char text[256];
  const int length = llama_model_meta_val_str(model, key, text, sizeof text);
  return length < 0 ? std::string() : std::string(text);
}

std::string file_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

Status check_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return not_found("there is no file at " + path);
  char magic[4] = {};
  file.read(magic, sizeof magic);
  if (std::string_view(magic, sizeof magic) != "GGUF") return invalid_argument(path + " is not a GGUF file");
  return ok_status();
}

// llama.cpp asserts that what it reads of an adapter has these types.
Status check_adapter(const std::string& path) {
  const std::unique_ptr<gguf_context, decltype(&gguf_free)> file(gguf_init_from_file(path.c_str(), {.no_alloc = true, .ctx = nullptr}), &gguf_free);
  if (!file) return invalid_argument(path + " is broken or cut short");
  for (const auto& [key, type] : {std::pair{"general.type", GGUF_TYPE_STRING}, {"general.architecture", GGUF_TYPE_STRING},
                                  {"adapter.type", GGUF_TYPE_STRING}, {"adapter.lora.alpha", GGUF_TYPE_FLOAT32}}) {
    const auto found = gguf_find_key(file.get(), key);
    if (found < 0 || gguf_get_kv_type(file.get(), found) != type) return invalid_argument(path + " is no LoRA adapter: it has no " + key);
  }
  return ok_status();
}

// FNV-1a over the file's size and 1 KiB at 1024 places: two sets of weights that agree in all of them are
// the same in practice, and reading them takes milliseconds.
std::string sampled_digest(const std::string& path) {
  constexpr std::uintmax_t kPlaces = 1024;
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const auto size = static_cast<std::uintmax_t>(file.tellg());
  std::uint64_t hash = 0xcbf29ce484222325U;
  const auto add = [&hash](const char* bytes, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) hash = (hash ^ static_cast<unsigned char>(bytes[i])) * 0x100000001b3U;
  };
  add(reinterpret_cast<const char*>(&size), sizeof size);
  char block[1024];
  for (std::uintmax_t place = 0; place < kPlaces; ++place) {
    file.clear();
    file.seekg(static_cast<std::streamoff>(size / kPlaces * place));
    file.read(block, sizeof block);
    add(block, static_cast<std::size_t>(file.gcount()));
  }
  char text[32];
  std::snprintf(text, sizeof text, "sampled:%016llx", static_cast<unsigned long long>(hash));
  return text;
}

class LlamaModel final : public LanguageModel, public std::enable_shared_from_this<LlamaModel> {
 public:
  LlamaModel(llama_model* model, std::string path) : model_(model), vocabulary_(llama_model_get_vocab(model)) {
    char description[256];
    llama_model_desc(model, description, sizeof description);
    info_.description = description;
    info_.name = metadata(model, "general.name");
    if (info_.name.empty()) info_.name = file_name(path);
    info_.architecture = metadata(model, "general.architecture");
    info_.digest = sampled_digest(path);
    info_.parameters = llama_model_n_params(model);
    info_.bytes = llama_model_size(model);
    info_.training_context = llama_model_n_ctx_train(model);
    info_.hidden_size = llama_model_n_embd_out(model);
    info_.has_hidden_states = true;
    if (vocabulary_.adds_bos()) info_.bos = vocabulary_.bos();
  }
  ~LlamaModel() override { llama_model_free(model_); }

  Status load_template() {
    const char* source = llama_model_chat_template(model_, nullptr);
    if (source == nullptr) return unsupported("the model has no chat template; use an instruct model");
    info_.chat_template = source;
    SpecialTexts special;
    if (vocabulary_.bos() >= 0) special.bos = vocabulary_.name(vocabulary_.bos());
    if (vocabulary_.eos() >= 0) special.eos = vocabulary_.name(vocabulary_.eos());
    RECKON_ASSIGN_OR_RETURN(template_, ChatTemplate::parse(source, std::move(special)));
    return ok_status();
  }

  const ModelInfo& info() const override { return info_; }
  const Vocabulary& vocabulary() const override { return vocabulary_; }

  Result<Tokens> tokenize_chat(std::span<const ChatMessage> messages, const ChatTemplateOptions& options,
                               std::string_view prefill) const override {
    RECKON_ASSIGN_OR_RETURN(auto parts, template_->render(messages, options));
    parts.push_back({std::string(prefill), false});
    std::vector<TextPart> texts;
    for (const ChatPart& part : parts) texts.push_back({part.text, part.from_message});
    Tokens tokens = tokenize_parts(vocabulary_, texts);
    if (vocabulary_.adds_bos() && (tokens.empty() || tokens.front() != vocabulary_.bos())) tokens.insert(tokens.begin(), vocabulary_.bos());
    return tokens;
  }

  Result<std::unique_ptr<KvContext>> create_context(const ContextOptions& options) const override {
    return create_context_with(nullptr, options);
  }
  Result<std::unique_ptr<KvContext>> create_context_with(llama_adapter_lora* adapter, const ContextOptions& options) const {
    return LlamaContext::create(model_, adapter, options);
  }

  Result<std::shared_ptr<const LanguageModel>> with_adapter(const std::string& path) const override;

 private:
  llama_model* model_;
  ModelInfo info_;
  LlamaVocabulary vocabulary_;
  std::unique_ptr<ChatTemplate> template_;
};

// A model with an adapter, which llama.cpp keeps and frees with the weights.
class AdaptedLlamaModel final : public LanguageModel {
 public:
  AdaptedLlamaModel(std::shared_ptr<const LlamaModel> base, llama_adapter_lora* adapter, const std::string& path)
      : base_(std::move(base)), adapter_(adapter), info_(base_->info()) {
    info_.name += "+" + file_name(path);
    info_.digest += "+" + sampled_digest(path);
  }

  const ModelInfo& info() const override { return info_; }
  const Vocabulary& vocabulary() const override { return base_->vocabulary(); }
  Result<Tokens> tokenize_chat(std::span<const ChatMessage> messages, const ChatTemplateOptions& options,
                               std::string_view prefill) const override {
    return base_->tokenize_chat(messages, options, prefill);
  }
  Result<std::unique_ptr<KvContext>> create_context(const ContextOptions& options) const override {
    return base_->create_context_with(adapter_, options);
  }

 private:
  std::shared_ptr<const LlamaModel> base_;
  llama_adapter_lora* adapter_;
  ModelInfo info_;
};

Result<std::shared_ptr<const LanguageModel>> LlamaModel::with_adapter(const std::string& path) const {
  RECKON_RETURN_IF_ERROR(check_file(path));
  RECKON_RETURN_IF_ERROR(check_adapter(path));
  take_last_error();
  llama_adapter_lora* adapter = llama_adapter_lora_init(model_, path.c_str());
  if (adapter == nullptr) {
    const std::string reason = take_last_error();
    return invalid_argument(path + " is no LoRA adapter for " + info_.name + (reason.empty() ? "" : " (" + reason + ")"));
  }
  return std::shared_ptr<const LanguageModel>(std::make_shared<AdaptedLlamaModel>(shared_from_this(), adapter, path));
}

}  // namespace

Result<std::shared_ptr<const LanguageModel>> load_llama_model(const std::string& path, const LlamaLoadOptions& options) {
  initialise_once();
  RECKON_RETURN_IF_ERROR(check_file(path));
  take_last_error();
  llama_model_params params = llama_model_default_params();
  params.n_gpu_layers = options.gpu_layers;
  llama_model* raw = llama_model_load_from_file(path.c_str(), params);
  if (raw == nullptr) {
    const std::string reason = take_last_error();
    return invalid_argument(path + " could not be loaded; it may be broken or cut short" + (reason.empty() ? "" : " (" + reason + ")"));
  }
  auto model = std::make_shared<LlamaModel>(raw, path);
  if (llama_model_is_recurrent(raw) || llama_model_is_hybrid(raw)) {
    return unsupported("models with recurrent state cannot be forked yet: " + path);
  }
  if (llama_model_has_encoder(raw) || !llama_model_has_decoder(raw)) return unsupported("not a decoder-only model: " + path);
  RECKON_RETURN_IF_ERROR(model->load_template());
  return std::shared_ptr<const LanguageModel>(std::move(model));
}

std::string llama_version_text() { return RECKON_LLAMA_VERSION; }
std::string llama_system_text() {
  initialise_once();
  return llama_print_system_info();
}

}  // namespace reckon
