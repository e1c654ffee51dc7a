#include "apps/models/url_fetcher.h"

#include <algorithm>
#include <array>
#include <utility>

#include "apps/curl_handle.h"

namespace reckon::models {
namespace {

// One running request; its address is what libcurl's callbacks get.
struct Transfer {
  CURL* handle;
  const Piece& piece;
  const ByteSink& sink;
  const FetchContext& context;
  std::int64_t offset;       // where the wanted bytes begin
  std::int64_t to_skip = 0;  // bytes of the body before the offset, when the server ignored the range
  bool started = false;
  Status failure;  // why a callback stopped the transfer
};

// At the first byte of the body: does the server have the file that the manifest describes?
Status check_announcement(Transfer& transfer) {
  long code = 0;
  curl_off_t length = -1;
  curl_easy_getinfo(transfer.handle, CURLINFO_RESPONSE_CODE, &code);
  curl_easy_getinfo(transfer.handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  const bool partial = code == 206;
  transfer.to_skip = partial ? 0 : transfer.offset;
  if (length < 0) return ok_status();  // not announced
  const std::int64_t total = length + (partial ? transfer.offset : 0);
  if (total == transfer.piece.size) return ok_status();
  return io_error("it has another file there: " + std::to_string(total) + " bytes, expected " + std::to_string(transfer.piece.size));
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  if (!std::exchange(transfer.started, true)) transfer.failure = check_announcement(transfer);
  std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size * count);
  const std::size_t skipped = std::min<std::size_t>(bytes.size(), static_cast<std::size_t>(transfer.to_skip));
  transfer.to_skip -= static_cast<std::int64_t>(skipped);
  bytes = bytes.subspan(skipped);
  if (transfer.failure.ok() && !bytes.empty()) transfer.failure = transfer.sink(bytes);
  return transfer.failure.ok() ? size * count : 0;
}

// Called about once a second even when nothing arrives, so that Ctrl-C works on a dead connection.
int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  if (transfer.failure.ok()) transfer.failure = check_not_cancelled(transfer.context.cancelled);
  return transfer.failure.ok() ? 0 : 1;
}

void restrict_protocols(CURL* handle, const std::string& protocols) {
#if LIBCURL_VERSION_NUM >= 0x075500
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, protocols.c_str());
  curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, protocols.c_str());
#else
  const long mask = CURLPROTO_HTTPS | (protocols.find("http,") == 0 ? CURLPROTO_HTTP : 0);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS, mask);
  curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS, mask);
#endif
}

void set_up(Transfer& transfer, const UrlFetcherSettings& settings, char* error_text) {
  CURL* handle = transfer.handle;
  curl_easy_setopt(handle, CURLOPT_URL, std::get<UrlPiece>(transfer.piece.from).url.c_str());
  restrict_protocols(handle, settings.protocols);
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(handle, CURLOPT_MAXREDIRS, 8L);
  curl_easy_setopt(handle, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "reckon");
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, settings.connect_timeout_seconds);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, settings.stalled_seconds);
  // Not CURLOPT_RESUME_FROM: with that, libcurl fails when the server ignores the range.
  if (transfer.offset > 0) curl_easy_setopt(handle, CURLOPT_RANGE, (std::to_string(transfer.offset) + "-").c_str());
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, error_text);
}

}  // namespace

Status UrlFetcher::fetch(const Piece& piece, std::int64_t offset, const ByteSink& sink, const FetchContext& context) {
  const CurlHandle handle = open_curl();
  if (!handle) return internal_error("libcurl cannot start");

  Transfer transfer{handle.get(), piece, sink, context, offset, 0, false, ok_status()};
  std::array<char, CURL_ERROR_SIZE> error_text{};
  set_up(transfer, settings_, error_text.data());
  const CURLcode code = curl_easy_perform(handle.get());
  if (!transfer.failure.ok()) return transfer.failure;
  if (code == CURLE_OK) return ok_status();
  return io_error(error_text[0] ? error_text.data() : curl_easy_strerror(code));
}

}  // namespace reckon::models
