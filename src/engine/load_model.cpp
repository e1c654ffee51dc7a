#include "engine/load_model.h"

#include <algorithm>

#include "backends/fake/fake_model.h"
#ifdef RECKON_WITH_LLAMA
#include "backends/llama/llama_model.h"
#endif

namespace reckon {
namespace {

constexpr std::string_view kFakePrefix = "fake:";

Result<std::shared_ptr<const LanguageModel>> load_fake(std::string_view name) {
  if (name == "words" || name.empty()) {
    auto vocabulary = FakeVocabulary::english();
    auto logits = weighted_replies(vocabulary,
                                   {{0.5, "Two and two make four. The answer is 4"},
                                    {0.2, "I count one, two, three, four. The answer is 4"},
                                    {0.2, "That must be five. The answer is 5"},
                                    {0.1, "Hmm, I do not know."}},
                                   "The answer is 4");
    return std::shared_ptr<const LanguageModel>(std::make_shared<FakeModel>(std::move(vocabulary), std::move(logits)));
  }
  if (name == "constant") {
    auto logits = [](std::span<const TokenId> prefix, std::span<float> row) {
      std::ranges::fill(row, 0.0F);
      row[10 + prefix.size() % 7] = 3.0F;
    };
    return std::shared_ptr<const LanguageModel>(std::make_shared<FakeModel>(FakeVocabulary::letters(64), logits));
  }
  return not_found("there is no fake model \"" + std::string(name) + "\"; there are fake:words and fake:constant");
}

}  // namespace

Result<std::shared_ptr<const LanguageModel>> load_model(const std::string& path) {
  if (path.starts_with(kFakePrefix)) return load_fake(std::string_view(path).substr(kFakePrefix.size()));
#ifdef RECKON_WITH_LLAMA
  return load_llama_model(path, {});
#else
  return unsupported("this build has no llama.cpp, so it cannot load " + path);
#endif
}

std::string backend_version() {
#ifdef RECKON_WITH_LLAMA
  return "llama.cpp " + llama_version_text() + " (" + llama_system_text() + ")";
#else
  return "no backend";
#endif
}

}  // namespace reckon
