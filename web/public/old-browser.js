// Written in ES5: it must run where nothing else here does. It says in words why a page stays empty (FAQ 11).
(function () {
  "use strict";

  function say(sentence) {
    var place = document.getElementById("cannot-start");
    if (place) {
      place.firstChild.nodeValue = sentence;
      place.removeAttribute("hidden");
    }
  }

  var isRecent = "replaceAll" in String.prototype && "noModule" in document.createElement("script");

  document.addEventListener("DOMContentLoaded", function () {
    if (!isRecent) {
      say(
        "您的浏览器版本过低，无法使用本系统。请换用新版的 Chrome、Edge、火狐、Safari，" +
          "或把 360 浏览器切换到“极速模式”、搜狗浏览器切换到“高速模式”后再打开。",
      );
    }
  });

  // A script that never arrived leaves an empty page behind: say so, too.
  window.addEventListener(
    "error",
    function (event) {
      if (isRecent && event.target && event.target.tagName === "SCRIPT") {
        say("页面没有加载完整，请检查网络后刷新。");
      }
    },
    true,
  );
})();
