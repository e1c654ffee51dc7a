#include "search/beam_search.h"

#include <algorithm>
#include <set>
#include <unordered_set>

namespace reckon {
namespace {

using Form = BeamSettings::Form;

std::vector<NodeId> without_duplicates(const SearchTree& tree, std::span<const NodeId> nodes) {
  std::unordered_set<std::string> seen;
  std::vector<NodeId> unique;
  for (const NodeId id : nodes) {
    if (seen.insert(tree[id].trace.full_text).second) unique.push_back(id);
  }
  return unique;
}

// The best 1 in M of the paths alive; the others are pruned.
std::vector<NodeId> keep_best(StepSearch& search, const BeamSettings& settings, std::span<const NodeId> alive) {
  if (alive.empty()) return {};
  std::vector<NodeId> kept = search.ranked(alive);
  if (settings.form == Form::search_and_learn) kept = without_duplicates(search.tree(), kept);
  const int paths = settings.form == Form::snell ? static_cast<int>(alive.size()) : settings.beams;
  const int most = (paths + settings.width - 1) / settings.width;
  if (std::ssize(kept) > most) kept.resize(static_cast<std::size_t>(most));
  const std::set<NodeId> stay(kept.begin(), kept.end());
  for (const NodeId id : alive) {
    if (!stay.contains(id)) search.tree().prune(id, "beam");
  }
  return kept;
}

// `paths` children in all, M for each as long as there are any left (snell), or in turns.
std::vector<Growth> share(std::span<const NodeId> kept, const BeamSettings& settings, int paths) {
  std::vector<Growth> growths;
  const auto count = static_cast<int>(kept.size());
  for (int i = 0; i < count; ++i) {
    const bool snell = settings.form == Form::snell;
    const int left = paths - i * settings.width;
    const int in_turn = paths / count + (i < paths % count ? 1 : 0);
    growths.push_back({kept[static_cast<std::size_t>(i)], snell ? std::min(left, settings.width) : in_turn});
  }
  return growths;
}

}  // namespace

Result<Answer> beam_search(Context& context, const BeamSettings& settings) {
  StepSearch search(context, settings.search);
  RECKON_ASSIGN_OR_RETURN(std::vector<NodeId> kept, search.begin(settings.beams));
  std::vector<Growth> growths;
  for (const NodeId root : kept) growths.push_back({root});
  while (!kept.empty() && search.going()) {
    const auto paths = search.tree().grow(growths);
    if (!search.tree().score_ahead(paths, settings.ahead)) {
      kept = search.retire(paths);
      break;
    }
    const auto alive = search.retire(paths);
    kept = keep_best(search, settings, alive);
    growths = share(kept, settings, settings.form == Form::snell ? static_cast<int>(alive.size()) : settings.beams);
  }
  if (settings.form == Form::search_and_learn) search.keep_best(settings.beams);
  return search.answer(kept);
}

}  // namespace reckon
