#include "strategies/usc/response_list.h"

#include <charconv>

#include "base/text.h"

namespace reckon {
namespace {

std::string_view end_of(std::string_view text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return text;
  text.remove_prefix(text.size() - most_bytes);
  // A cut inside a character leaves bytes that only continue one.
  while (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xC0U) == 0x80U) text.remove_prefix(1);
  return text;
}

// The number after the first "response" that has one, past punctuation such as "Response #3", "Response **3**".
std::optional<std::size_t> first_number(std::string_view lower) {
  constexpr std::string_view kWord = "response";
  for (auto at = lower.find(kWord); at != std::string_view::npos; at = lower.find(kWord, at + 1)) {
    const std::string_view rest = lower.substr(at + kWord.size());
    const auto digits = rest.find_first_not_of(" #*:([{$\\\"'_");
    std::size_t number = 0;
    if (digits == std::string_view::npos) continue;
    const auto [end, error] = std::from_chars(rest.data() + digits, rest.data() + rest.size(), number);
    if (error == std::errc()) return number;
  }
  return std::nullopt;
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
  const std::string lower = to_lower(reply);
  const auto stated = lower.rfind("most consistent response");
  auto number = stated == std::string::npos ? std::nullopt : first_number(std::string_view(lower).substr(stated + 16));
  if (!number) number = first_number(lower);
  if (!number || *number < 1 || *number > count) return std::nullopt;
  return *number - 1;
}

}  // namespace reckon
