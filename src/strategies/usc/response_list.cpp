#include "strategies/usc/response_list.h"

#include "base/text.h"
#include "search/named_choice.h"

namespace reckon {
namespace {

std::string_view end_of(std::string_view text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return text;
  text.remove_prefix(text.size() - most_bytes);
  // A cut inside a character leaves bytes that only continue one.
  while (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xC0U) == 0x80U) text.remove_prefix(1);
  return text;
}

}  // namespace

std::string consistency_prompt(std::string_view question, std::span<const std::string> responses,
                               std::size_t most_bytes) {
  std::string prompt = "I have generated the following responses to the question: " + std::string(question) + "\n";
  for (std::size_t i = 0; i < responses.size(); ++i) {
    const std::string_view whole = trim(responses[i]);
    const std::string_view listed = end_of(whole, most_bytes);
    prompt += "\nResponse " + std::to_string(i + 1) + ": " + (listed.size() < whole.size() ? "..." : "") +
              std::string(listed) + "\n";
  }
  return prompt +
         "\nEvaluate these responses. Select the most consistent response based on majority consensus. Start your "
         "answer with "
         "\"The most consistent response is Response X\" (without quotes).";
}

std::optional<std::size_t> chosen_response(std::string_view reply, std::size_t count) {
  return named_choice(reply, "most consistent response", "response", count);
}

}  // namespace reckon
