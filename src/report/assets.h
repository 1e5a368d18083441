/* The page's style sheet and the live map's script, from page.css and map.js (embed.py). */
#ifndef REPORT_ASSETS_H
#define REPORT_ASSETS_H

extern const char page_css[], map_js[];

#endif
