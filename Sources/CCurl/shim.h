#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot call. Each function below fixes the
// type of the last argument and does nothing else. Who owns what:
//   - ccurl_set_string: libcurl copies the text; NULL takes a setting back.
//   - ccurl_set_list, ccurl_set_url: libcurl keeps the pointer; the caller frees it after the transfer, not before.
//   - the callback setters: libcurl keeps both pointers and passes `context` back untouched; it never frees it.
//   - ccurl_get_header, ccurl_get_authorities: the text belongs to the handle and lasts until its next transfer or
//     its end.

static inline CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *list) {
    return curl_easy_setopt(easy, option, list);
}

static inline CURLcode ccurl_set_url(CURL *easy, CURLU *url) {
    return curl_easy_setopt(easy, CURLOPT_CURLU, url);
}

// Called with a piece of the body, which is libcurl's and valid only during the call. An answer other than
// `size * count` ends the transfer with CURLE_WRITE_ERROR.
static inline CURLcode ccurl_set_write(
    CURL *easy, size_t (*callback)(char *bytes, size_t size, size_t count, void *context), void *context
) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, callback);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
}

// Called with one header line; otherwise as ccurl_set_write.
static inline CURLcode ccurl_set_header(
    CURL *easy, size_t (*callback)(char *bytes, size_t size, size_t count, void *context), void *context
) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, callback);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
}

// Called with the address that is about to be connected to, which is libcurl's. The socket that is answered becomes
// libcurl's to close; CURL_SOCKET_BAD refuses the address.
static inline CURLcode ccurl_set_open_socket(
    CURL *easy,
    curl_socket_t (*callback)(void *context, curlsocktype purpose, struct curl_sockaddr *address),
    void *context
) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, callback);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, context);
}

// Called at least once a second during a transfer. An answer other than 0 ends it with CURLE_ABORTED_BY_CALLBACK.
static inline CURLcode ccurl_set_progress(
    CURL *easy,
    int (*callback)(void *context, curl_off_t total, curl_off_t now, curl_off_t upTotal, curl_off_t upNow),
    void *context
) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, callback);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_XFERINFODATA, context);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
}

// The status of the last answer, 0 when there was none.
static inline long ccurl_get_status(CURL *easy) {
    long status = 0;
    return curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK ? status : 0;
}

// The Content-Length of the last answer, -1 when it had none.
static inline curl_off_t ccurl_get_content_length(CURL *easy) {
    curl_off_t length = -1;
    return curl_easy_getinfo(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length) == CURLE_OK ? length : -1;
}

// The file of certificate authorities that the handle trusts, NULL when there is none.
static inline const char *ccurl_get_authorities(CURL *easy) {
    char *file = NULL;
    return curl_easy_getinfo(easy, CURLINFO_CAINFO, &file) == CURLE_OK ? file : NULL;
}

// The value of the first header of this name in the last answer, NULL when there is none.
static inline const char *ccurl_get_header(CURL *easy, const char *name) {
    struct curl_header *header = NULL;
    return curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK ? header->value : NULL;
}

#endif
