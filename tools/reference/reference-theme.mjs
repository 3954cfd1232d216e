import { ReflectionKind } from 'typedoc'
import { MarkdownTheme } from 'typedoc-plugin-markdown'
import { asWritten } from './as-written.mjs'
import { renderIndex, renderModule } from './render-page.mjs'

/** Pages for GitHub: types and comments are the plugin's to print, the layout is ours. */
export class ReferenceTheme extends MarkdownTheme {
  reflectionTemplate = (page) => {
    const context = this.getRenderContext(page)
    const render = page.model.kindOf(ReflectionKind.Project) ? renderIndex : renderModule
    return render(context, page.model)
  }

  getRenderContext(page) {
    const context = super.getRenderContext(page)
    const { someType } = context.partials
    context.partials.someType = (type, options) => someType(asWritten(type), options)
    return context
  }
}
