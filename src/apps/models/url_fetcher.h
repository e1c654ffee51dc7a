// Fetches a UrlPiece with libcurl: HTTPS, redirects, proxies from the environment, byte ranges.
//
// A server that ignores the range is read from the start and the known bytes are skipped. A source
// whose announced length differs from the manifest is refused before its body is read.
#pragma once

#include <string>

#include "apps/models/fetcher.h"

namespace reckon::models {

struct UrlFetcherSettings {
  std::string protocols = "https";  // tests on the loopback add "http"
  long connect_timeout_seconds = 6;
  long stalled_seconds = 30;  // gives up when nothing has come for so long
};

class UrlFetcher final : public Fetcher {
 public:
  explicit UrlFetcher(UrlFetcherSettings settings = {}) : settings_(std::move(settings)) {}
  Status fetch(const Piece& piece, std::int64_t offset, const ByteSink& sink, const FetchContext& context) override;

 private:
  UrlFetcherSettings settings_;
};

}  // namespace reckon::models
